# SPDX-License-Identifier: LGPL-3.0-or-later
"""PNG files of 8 bits, read and written without a library."""
import struct
import zlib


def chunks(path):
    """The parts of a PNG file: name -> bytes."""
    data, at, found = path.read_bytes(), 8, {}
    while at < len(data):
        n, name = struct.unpack('>I4s', data[at:at + 8])
        found.setdefault(name.decode(), []).append(data[at + 8:at + 8 + n])
        at += 12 + n
    return found


def pixels(path):
    """Rows of an RGB picture, each 3 bytes a pixel."""
    c = chunks(path)
    w, h = struct.unpack('>II', c['IHDR'][0][:8])
    raw, rows, last = zlib.decompress(b''.join(c['IDAT'])), [], bytes(3 * w)
    for y in range(h):
        kind, row = raw[y * (3 * w + 1)], bytearray(raw[y * (3 * w + 1) + 1:(y + 1) * (3 * w + 1)])
        for i in range(3 * w):
            a = row[i - 3] if i >= 3 else 0
            b, c0 = last[i], last[i - 3] if i >= 3 else 0
            p = [0, a, b, (a + b) // 2, min((a, b, c0), key=lambda v: (abs(a + b - c0 - v), (a, b, c0).index(v)))][kind]
            row[i] = row[i] + p & 255
        rows.append(bytes(row))
        last = rows[-1]
    return rows


def write(path, rows, channels):
    """Write 8-bit rows."""
    def chunk(name, data):
        return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
    w = len(rows[0]) // channels
    path.write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, len(rows), 8, 2 if channels == 3 else 0, 0, 0, 0)) +
                     chunk(b'IDAT', zlib.compress(b''.join(b'\0' + r for r in rows))) + chunk(b'IEND', b''))
