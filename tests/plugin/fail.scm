; SPDX-License-Identifier: GPL-3.0-or-later
; Nothing is selected: an error, and GIMP's exit code is 70.
(script-fu-use-v3)
(let* ((img (gimp-file-load RUN-NONINTERACTIVE "in.png")))
  (plug-in-ebru-fill #:run-mode RUN-NONINTERACTIVE #:image img #:prompt "a red fox"))
