# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on the screen, many times a second, and windows of another size: straight from the X server."""
import ctypes
import os
import time
import zlib


class Image(ctypes.Structure):  # the beginning of XImage
    _fields_ = [('width', ctypes.c_int), ('height', ctypes.c_int), ('offset', ctypes.c_int), ('format', ctypes.c_int),
                ('data', ctypes.c_void_p)]


class Screen:
    def __init__(self):
        self.x = ctypes.CDLL('libX11.so.6')
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x.XGetImage.restype = ctypes.POINTER(Image)
        self.x.XFetchName.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(ctypes.c_char_p)]
        self.x.XResizeWindow.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_uint, ctypes.c_uint]
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(os.environ['DISPLAY'].encode()))
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.width, self.height = self.x.XDisplayWidth(self.display, 0), self.x.XDisplayHeight(self.display, 0)

    def frame(self):
        image = self.x.XGetImage(self.display, self.root, 0, 0, self.width, self.height, ctypes.c_ulong(0xffffff), 2)
        pixels = ctypes.string_at(image.contents.data, 4 * self.width * self.height)
        self.x.XDestroyImage(image)
        return pixels

    def watch(self, name, most=60):
        """All frames until this window has been there for a second that differ from the one before, packed."""
        frames, last, end = [], None, time.time() + most
        there = None
        while time.time() < min(end, there + 1 if there else end):
            now = self.frame()
            if now != last:
                frames.append(zlib.compress(now, 1))
            last = now
            there = there or (self.named(name) and time.time())
        return frames

    def crop(self, frame, box):
        pixels = zlib.decompress(frame)
        row = 4 * self.width
        return b''.join(pixels[y * row + 4 * box.x:y * row + 4 * (box.x + box.width)]
                        for y in range(box.y, box.y + box.height))

    def children(self, window):
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        list_ = ctypes.POINTER(ctypes.c_ulong)()
        self.x.XQueryTree(self.display, window, ctypes.byref(root), ctypes.byref(parent), ctypes.byref(list_),
                          ctypes.byref(count))
        return [ctypes.c_ulong(list_[i]) for i in range(count.value)]

    def named(self, name, window=None):
        """The window with this title, in any depth."""
        for child in self.children(window or self.root):
            text = ctypes.c_char_p()
            if self.x.XFetchName(self.display, child, ctypes.byref(text)) and text.value == name.encode():
                return child
            found = self.named(name, child)
            if found:
                return found

    def resize(self, name, width, height):
        """As a person does it with the window's frame."""
        self.x.XResizeWindow(self.display, self.named(name), width, height)
        self.x.XSync(self.display, 0)
