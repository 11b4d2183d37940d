#include "clinux_openssl.h"

#include <dlfcn.h>

static struct openssl_functions functions;

const struct openssl_functions *clinux_openssl(const char **missing, const char **reason) {
    *missing = *reason = NULL;
    void *library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        *reason = dlerror();
        return NULL;
    }
#define OPENSSL_FIND(result, name, parameters)                          \
    *(void **)&functions.name = dlsym(library, #name);                  \
    if (!*(void **)&functions.name) {                                   \
        *missing = #name;                                               \
        return NULL;                                                    \
    }
    OPENSSL_FUNCTIONS(OPENSSL_FIND)
#undef OPENSSL_FIND
    return &functions;
}
