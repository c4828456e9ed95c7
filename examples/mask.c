/* A mask of one class in a picture:  mask_c MODEL CLASS THRESHOLD PICTURE.ppm MASK.pgm */
#include <diolkos/diolkos.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char* text) { return fprintf(stderr, "mask_c: %s\n", text), 1; }

int main(int argc, char** argv) {
  diolkos_network* network = NULL;
  diolkos_error error;
  if (argc != 6) return fail("expected MODEL CLASS THRESHOLD PICTURE.ppm MASK.pgm");
  if (diolkos_network_load(argv[1], NULL, &network, &error) != DIOLKOS_OK) return fail(error.message);

  diolkos_frame frame = {.format = DIOLKOS_RGB};
  FILE* in = fopen(argv[4], "rb");
  if (in == NULL || fscanf(in, "P6 %d %d 255%*c", &frame.width, &frame.height) != 2)
    return fail("not a binary PPM file");
  const size_t count = (size_t)frame.width * (size_t)frame.height;
  uint8_t *pixels = malloc(3 * count), *mask = malloc(count);
  if (pixels == NULL || mask == NULL || fread(pixels, 3, count, in) != count) return fail("the picture ends early");
  frame.pixels = pixels;

  const diolkos_segment_options options = {.struct_size = sizeof options, .class_name = argv[2],
                                          .threshold = atof(argv[3])};
  if (diolkos_segment(network, &frame, &options, mask, &error) != DIOLKOS_OK) return fail(error.message);

  FILE* out = fopen(argv[5], "wb");
  if (out == NULL || fprintf(out, "P5 %d %d 255\n", frame.width, frame.height) < 0 ||
      fwrite(mask, 1, count, out) != count || fclose(out) != 0)
    return fail("cannot write the mask");
  diolkos_network_free(network);
  return 0;
}
