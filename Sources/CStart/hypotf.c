/* hypotf(3) of glibc 2.35 would be the one symbol that does not run on 2.34 (RHEL 9). Swift's Glibc module names it;
 * nothing here calls it. A double holds the squares of all floats, so none overflows. */
#include <math.h>

__attribute__((visibility("hidden"))) float hypotf(float x, float y) {
    if (isinf(x) || isinf(y)) return INFINITY;
    return (float)sqrt((double)x * x + (double)y * y);
}
