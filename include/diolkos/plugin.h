/* The contract between Diolkos and a runtime: what a plugin exports, and what each side may rely on.
 *
 * A plugin is a shared object that exports one function, diolkos_plugin_entry. It is opened RTLD_NOW | RTLD_LOCAL,
 * never linked. Everything else is reached through the table that the function returns.
 *
 * Rules for both sides:
 *  - Plain C, no exceptions across the border, no global side effects while loading.
 *  - Queries (about the runtime) and execution (of a model) are apart: a query never starts a device.
 *  - A plugin reports what it did, not what it was asked for: see `actual`.
 *  - Text that a plugin returns stays valid until the plugin is closed, unless said otherwise.
 *  - Calls on one model come from one thread at a time; calls on several models may run at once.
 *  - A structure begins with its size, so that a newer side can tell what an older one knows.
 */
#ifndef DIOLKOS_PLUGIN_H
#define DIOLKOS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include "diolkos/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a structure or a meaning changes. Both sides must have the same. */
#define DIOLKOS_PLUGIN_ABI 1u

/* A place to run: "cpu", "cuda:0", "npu". */
typedef struct diolkos_device {
  size_t struct_size;
  const char* id;
  const char* description; /* "NVIDIA H100 80GB", "Intel CPU" */
} diolkos_device;

/* A combination that the runtime takes: a model format, a precision, a device. */
typedef struct diolkos_capability {
  size_t struct_size;
  const char* format;    /* "onnx", "tflite", "dla", "engine" */
  const char* precision; /* "fp32", "fp16", "bf16", "int8": what is computed in */
  const char* device;
} diolkos_capability;

typedef struct diolkos_load_options {
  size_t struct_size;
  const char* format;       /* as in diolkos_capability */
  const char* path;         /* the file; NULL where `bytes` is given */
  const void* bytes;        /* the file's content; kept alive by the caller only during the call */
  size_t size;
  const char* precision;    /* never NULL: always set explicitly */
  const char* device;       /* likewise */
  int32_t threads;          /* at least 1 */
  const char* cache_folder; /* where the runtime may keep compiled forms; NULL: nowhere */
} diolkos_load_options;

/* What a loaded model really does. `fallback` is NULL, or says in words which part runs elsewhere or otherwise. `note`
 * is NULL, or a line that the user should be told: why a compiled form that was kept was of no use. The caller fills in
 * struct_size; what lies beyond it is not written. */
typedef struct diolkos_actual {
  size_t struct_size;
  const char* precision;
  const char* device;
  int32_t threads;     /* 0 where the runtime cannot tell */
  const char* fallback;
  const char* note;
} diolkos_actual;

typedef struct diolkos_model diolkos_model; /* the plugin's own */

typedef struct diolkos_plugin {
  size_t struct_size;
  uint32_t abi;      /* DIOLKOS_PLUGIN_ABI of the plugin's build */
  const char* name;  /* "onnxruntime" */
  const char* build; /* the plugin's own version */

  /* Queries. Arrays belong to the plugin. DIOLKOS_ABSENT with a message that says what would bring the runtime. */
  diolkos_status (*version)(const char** text, diolkos_error* error);
  diolkos_status (*devices)(const diolkos_device** devices, int32_t* count, diolkos_error* error);
  diolkos_status (*capabilities)(const diolkos_capability** capabilities, int32_t* count, diolkos_error* error);
  /* Largest |difference| from the native float32 result that is this runtime's own rounding, as a share of the largest
   * |output|, for a precision. */
  double (*tolerance)(const char* precision);

  /* Execution. */
  diolkos_status (*load)(const diolkos_load_options* options, diolkos_model** model, diolkos_error* error);
  void (*unload)(diolkos_model* model); /* NULL is allowed */
  diolkos_status (*ports)(diolkos_model* model, const diolkos_port** inputs, int32_t* input_count,
                          const diolkos_port** outputs, int32_t* output_count, diolkos_error* error);
  diolkos_status (*actual)(diolkos_model* model, diolkos_actual* actual, diolkos_error* error);

  /* Buffers are in host memory, in the order of the ports, each of at least its port's `bytes`. When infer returns, the
   * outputs are there. */
  diolkos_status (*infer)(diolkos_model* model, const void* const* inputs, void* const* outputs, diolkos_error* error);

  /* For runtimes that work apart from the caller; both NULL where there are none. submit returns once the work is
   * queued; the buffers must stay until synchronize has returned. */
  diolkos_status (*submit)(diolkos_model* model, const void* const* inputs, void* const* outputs, diolkos_error* error);
  diolkos_status (*synchronize)(diolkos_model* model, diolkos_error* error);

  /* Where struct_size reaches as far, and not NULL: the milliseconds that the device itself says its last run took,
   * without the way there and back. DIOLKOS_UNSUPPORTED where it does not tell. */
  diolkos_status (*device_time)(diolkos_model* model, double* milliseconds, diolkos_error* error);
} diolkos_plugin;

/* The one exported symbol. Returns NULL where the plugin cannot serve `abi`; otherwise a table that lives as long as
 * the shared object. The caller compares `abi` again and reports both where they differ. */
typedef const diolkos_plugin* (*diolkos_plugin_entry_fn)(uint32_t abi);
#define DIOLKOS_PLUGIN_ENTRY "diolkos_plugin_entry"

#if defined(_WIN32)
#define DIOLKOS_PLUGIN_EXPORT __declspec(dllexport)
#else
#define DIOLKOS_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
}
#endif

#endif /* DIOLKOS_PLUGIN_H */
