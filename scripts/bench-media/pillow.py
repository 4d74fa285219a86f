"""pillow.py PHOTO COUNT: prints the milliseconds of the processor that Pillow takes for one photograph."""

import io
import sys
import time

from PIL import Image, ImageOps


def make(photo: str) -> None:
    with Image.open(photo) as opened:
        opened.draft("RGB", (1440, 1440))
        picture = ImageOps.exif_transpose(opened)
    picture.thumbnail((1440, 1440), Image.LANCZOS)
    picture.save(io.BytesIO(), "JPEG", quality=80)
    picture.thumbnail((360, 360), Image.LANCZOS)
    picture.save(io.BytesIO(), "WEBP", quality=80)


photo, count = sys.argv[1], int(sys.argv[2])
make(photo)
begun = time.process_time()
for _ in range(count):
    make(photo)
print((time.process_time() - begun) * 1000 / count)
