; SPDX-License-Identifier: GPL-3.0-or-later
; The Script-Fu call of the manual, in the folder with in.png.
(script-fu-use-v3)
(let* ((img (gimp-file-load RUN-NONINTERACTIVE "in.png")))
  (gimp-image-select-ellipse img CHANNEL-OP-REPLACE 100 80 200 160)
  (plug-in-ebru-fill #:run-mode RUN-NONINTERACTIVE #:image img #:prompt "a red fox" #:seed 42 #:steps 2)
  (gimp-file-save RUN-NONINTERACTIVE img "out.xcf" -1))
