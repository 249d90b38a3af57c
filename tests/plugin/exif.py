# SPDX-License-Identifier: GPL-3.0-or-later
"""The EXIF UserComment of a PNG, JPEG or WebP file, from its bytes, and as A1111's web UI reads it."""
import struct


def exif_of(data):
    """The TIFF structure that a file holds; None: it has none."""
    if data[:4] == b'\x89PNG':
        at = 8
        while at < len(data):
            size, kind = struct.unpack('>I4s', data[at:at + 8])
            if kind == b'eXIf':
                return data[at + 8:at + 8 + size]
            at += 12 + size
    elif data[:2] == b'\xff\xd8':
        at = 2
        while data[at] == 0xff and data[at + 1] != 0xda:
            size = struct.unpack('>H', data[at + 2:at + 4])[0]
            if data[at + 1] == 0xe1 and data[at + 4:at + 10] == b'Exif\0\0':
                return data[at + 10:at + 2 + size]
            at += 2 + size
    elif data[:4] == b'RIFF':
        at = 12
        while at < len(data):
            kind, size = struct.unpack('<4sI', data[at:at + 8])
            if kind == b'EXIF':
                return data[at + 8:at + 8 + size].removeprefix(b'Exif\0\0')
            at += 8 + size + size % 2
    return None


def entry(tiff, at, wanted):
    """The bytes of a tag in the directory at `at`, or the number where they fit into four; None: it is not there."""
    order = '<' if tiff[:2] == b'II' else '>'
    for i in range(struct.unpack(order + 'H', tiff[at:at + 2])[0]):
        tag, kind, count, value = struct.unpack(order + 'HHII', tiff[at + 2 + 12 * i:at + 14 + 12 * i])
        if tag == wanted:
            return tiff[value:value + count] if kind in (2, 7) and count > 4 else value
    return None


def user_comment(path):
    """All bytes of the tag, the eight of its charset too; None: there is none."""
    with open(path, 'rb') as f:
        tiff = exif_of(f.read())
    if not tiff:
        return None
    order = '<' if tiff[:2] == b'II' else '>'
    photo = entry(tiff, struct.unpack(order + 'I', tiff[4:8])[0], 0x8769)
    return entry(tiff, photo, 0x9286) if photo else None


def jpeg_of_a1111(jpeg, text):
    """A JPEG without EXIF as the web UI saves it: piexif, big-endian, UserComment as UNICODE."""
    comment = b'UNICODE\0' + text.encode('utf_16_be')
    first = struct.pack('>2sHIHHHIII', b'MM', 42, 8, 1, 0x8769, 4, 1, 26, 0)   # the IFD with one pointer
    photo = struct.pack('>HHHIII', 1, 0x9286, 7, len(comment), 44, 0)
    exif = b'Exif\0\0' + first + photo + comment
    return jpeg[:2] + b'\xff\xe1' + struct.pack('>H', len(exif) + 2) + exif + jpeg[2:]


def as_a1111(comment):
    """What modules/images.py of the web UI makes of it: piexif's UserComment, which takes UNICODE for big-endian
    whatever the file is, and where that refuses all bytes as UTF-8, so that the charset's own come first."""
    charsets = {b'ASCII\0\0\0': 'ascii', b'JIS\0\0\0\0\0': 'shift_jis', b'UNICODE\0': 'utf_16_be'}
    if comment[:8] in charsets:
        return comment[8:].decode(charsets[comment[:8]], errors='replace')
    return comment.decode('utf8', errors='ignore').removeprefix('\0' * 8)
