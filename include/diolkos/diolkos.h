/* Segmentation in a program of your own: a model file in, a mask for each frame out, on the native runtime.
 *
 *   cc mask.c -ldiolkos        examples/ has whole programs; diolkos.hpp is the same for C++
 *
 * Rules:
 *  - Plain C, no exceptions, nothing is printed, no signal is touched. What can fail returns a diolkos_status and,
 *    where it is not DIOLKOS_OK, writes one line into `error`: where, what was found, what was expected, what to do.
 *    `error` may be NULL.
 *  - Options may be NULL; a zeroed structure with its struct_size says the same. A zero means the default.
 *  - One network is used from one thread at a time; several networks may be used at once.
 *  - Nothing of this file changes within a major version of libdiolkos.so; structures grow at their end.
 */
#ifndef DIOLKOS_DIOLKOS_H
#define DIOLKOS_DIOLKOS_H

#include <stddef.h>
#include <stdint.h>

#include "diolkos/types.h"

#if defined(__GNUC__)
#define DIOLKOS_API __attribute__((visibility("default")))
#else
#define DIOLKOS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Of the library that runs, "0.1.0". */
DIOLKOS_API const char* diolkos_version(void);

typedef struct diolkos_network diolkos_network;

typedef struct diolkos_network_options {
  size_t struct_size;
  int32_t threads;       /* 0: all that this process may use */
  int32_t height, width; /* of the input, where the model leaves it open (a checkpoint does); 0: 288 */
  const char* precision; /* "fp32", "bf16" or "fp16" for a float network; NULL: "fp32". A quantized file has its own */
  const char* plan;      /* a .dplan file, or a folder of them, that keeps what planning makes for the next start */
  int32_t exact;         /* not 0: without Winograd's method, slower and closer to the sum as written */
} diolkos_network_options;

/* `model` is a PyTorch state dict, a .safetensors, .onnx or .tflite file, or "ARCHITECTURE:random". */
DIOLKOS_API diolkos_status diolkos_network_load(const char* model, const diolkos_network_options* options,
                                                diolkos_network** network, diolkos_error* error);
/* Another network on the same weights, for another thread, with threads of its own (at most those of `network`). Either
 * may be freed first. */
DIOLKOS_API diolkos_status diolkos_network_share(const diolkos_network* network, int32_t threads,
                                                 diolkos_network** another, diolkos_error* error);
DIOLKOS_API void diolkos_network_free(diolkos_network* network); /* NULL is allowed */

/* Inputs and outputs, float32 NCHW where the network's own are quantized or NHWC. They live as long as the network;
 * NULL beyond the last. */
DIOLKOS_API const diolkos_port* diolkos_network_input(const diolkos_network* network, int32_t index);
DIOLKOS_API const diolkos_port* diolkos_network_output(const diolkos_network* network, int32_t index);
/* The name of a class, "dog"; NULL where there is no such class or no name. */
DIOLKOS_API const char* diolkos_network_class(const diolkos_network* network, int32_t index);

/* The network alone, without what segmentation puts before and after. Buffers in the order of the ports, each of its
 * port's `bytes`, aligned to their elements. */
DIOLKOS_API diolkos_status diolkos_network_run(diolkos_network* network, const void* const* inputs,
                                               void* const* outputs, diolkos_error* error);

typedef enum diolkos_pixels {
  DIOLKOS_BGR = 0, /* three bytes a pixel, as OpenCV has them */
  DIOLKOS_RGB,
  DIOLKOS_GRAY     /* one byte */
} diolkos_pixels;

typedef struct diolkos_frame {
  const uint8_t* pixels;
  int32_t width, height;
  size_t stride; /* bytes from one row to the next; 0: rows are packed */
  diolkos_pixels format;
} diolkos_frame;

typedef enum diolkos_fit {
  DIOLKOS_CROP = 0,  /* the network sees the largest centred part of its shape; outside it the mask is 0 */
  DIOLKOS_LETTERBOX, /* the whole frame, padded */
  DIOLKOS_STRETCH    /* the whole frame, its shape changed */
} diolkos_fit;

typedef struct diolkos_segment_options {
  size_t struct_size;
  const char* class_name; /* "dog", or "12". NULL: no mask, but the likeliest class of each pixel */
  double threshold;       /* of the class's probability; 0: the model file's, or 0.5 */
  int32_t raw;            /* not 0: the threshold is of the class's score; it then counts as it is, 0 too */
  diolkos_fit fit;
  const char* normalize;  /* "imagenet", "symmetric", "unit", "none"; NULL: the model file's, or "imagenet" */
} diolkos_segment_options;

/* Writes `mask`, frame->width x frame->height bytes, rows packed: 255 where the class is and 0 elsewhere; without a
 * class name each pixel's class. */
DIOLKOS_API diolkos_status diolkos_segment(diolkos_network* network, const diolkos_frame* frame,
                                           const diolkos_segment_options* options, uint8_t* mask,
                                           diolkos_error* error);

#ifdef __cplusplus
}
#endif

#endif /* DIOLKOS_DIOLKOS_H */
