/* What the compiled loops share: numbers of the network, the buffers of a call, four-tuples. */
#ifndef NETDIAG_NATIVE_H
#define NETDIAG_NATIVE_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline uint16_t be16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static inline uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint32_t le32(const uint8_t *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

/* The buffers of one call, given back together. */
typedef struct {
    Py_buffer view[48];
    int count;
} Buffers;

static inline void release(Buffers *buffers)
{
    while (buffers->count > 0)
        PyBuffer_Release(&buffers->view[--buffers->count]);
}

/* The memory of `object`, `rows` items of `width` bytes; NULL with an exception set. */
static inline void *take(Buffers *buffers, PyObject *object, int writable, Py_ssize_t rows, int width)
{
    Py_buffer *view = &buffers->view[buffers->count];
    if (PyObject_GetBuffer(object, view, writable ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0)
        return NULL;
    buffers->count++;
    if (rows >= 0 && view->len != rows * width) {
        PyErr_Format(PyExc_ValueError, "expected %zd items of %d bytes, got %zd bytes", rows,
                     width, view->len);
        return NULL;
    }
    return view->buf;
}

/* The columns of one table, of `widths` bytes an item; those from number `written` on can be written.
 * A negative `rows` becomes what the first column has. 0 with an exception set. */
static inline int take_columns(Buffers *buffers, PyObject *const *objects, const int *widths,
                               int count, int written, Py_ssize_t *rows, void **columns)
{
    for (int i = 0; i < count; i++) {
        columns[i] = take(buffers, objects[i], i >= written, *rows, widths[i]);
        if (columns[i] == NULL)
            return 0;
        if (*rows < 0)
            *rows = buffers->view[buffers->count - 1].len / widths[i];
    }
    return 1;
}

enum { FLAG_FIN = 0x01, FLAG_SYN = 0x02, FLAG_RST = 0x04, FLAG_PSH = 0x08, FLAG_ACK = 0x10 };

static inline int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }

/* Whether so many bytes from `start` on lie in a block of `size`. */
static inline int is_inside(int64_t start, int64_t bytes, int64_t size)
{
    return start >= 0 && bytes >= 0 && start <= size && bytes <= size - start;
}

enum { AHEAD = 16 }; /* so many rows before it is needed something is fetched */

/* Have what lies there fetched while something else is done. */
static inline void prefetch(const void *at)
{
#ifdef __GNUC__
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

/* The four-tuples met so far, each with a number: an open hash table, at most half full. */
typedef struct {
    uint64_t low, high;
    int64_t number; /* -1 for an empty slot */
} Slot;

typedef struct {
    Slot *slot;
    size_t mask;
    int64_t count;
    uint64_t secret;
} Tuples;

static inline size_t hash(const Tuples *tuples, uint64_t low, uint64_t high)
{
    uint64_t key = (low ^ tuples->secret) * 0x9e3779b97f4a7c15u;
    key = (key ^ key >> 32 ^ high) * (tuples->secret | 1);
    key = (key ^ key >> 29) * 0xbf58476d1ce4e5b9u;
    return (size_t)(key ^ key >> 32);
}

static inline Slot *find_from(const Tuples *tuples, size_t hashed, uint64_t low, uint64_t high)
{
    size_t at = hashed & tuples->mask;
    while (tuples->slot[at].number >= 0 &&
           (tuples->slot[at].low != low || tuples->slot[at].high != high))
        at = (at + 1) & tuples->mask;
    return &tuples->slot[at];
}

static inline Slot *find(const Tuples *tuples, uint64_t low, uint64_t high)
{
    return find_from(tuples, hash(tuples, low, high), low, high);
}

/* Twice the room, or the first. */
static inline int grow(Tuples *tuples)
{
    Tuples grown = *tuples;
    size_t size = tuples->slot ? (tuples->mask + 1) * 2 : 1 << 12;
    grown.mask = size - 1;
    grown.slot = malloc(size * sizeof(Slot));
    if (grown.slot == NULL)
        return -1;
    memset(grown.slot, 0xff, size * sizeof(Slot));
    for (size_t i = 0; tuples->slot != NULL && i <= tuples->mask; i++) {
        const Slot *old = &tuples->slot[i], *later = &tuples->slot[(i + AHEAD) & tuples->mask];
        if (later->number >= 0)
            prefetch(&grown.slot[hash(&grown, later->low, later->high) & grown.mask]);
        if (old->number >= 0)
            *find(&grown, old->low, old->high) = *old;
    }
    free(tuples->slot);
    *tuples = grown;
    return 0;
}

/* The hash of a four-tuple, whichever end comes first. */
static inline size_t hash_of(const Tuples *tuples, uint64_t one, uint64_t other)
{
    return one < other ? hash(tuples, one, other) : hash(tuples, other, one);
}

/* The number of a four-tuple whose hash is known, -1 without memory. */
static inline int64_t number_at(Tuples *tuples, size_t hashed, uint64_t one, uint64_t other)
{
    uint64_t low = one < other ? one : other, high = one < other ? other : one;
    Slot *slot = find_from(tuples, hashed, low, high);
    if (slot->number >= 0)
        return slot->number;
    if ((size_t)tuples->count * 2 >= tuples->mask) {
        if (grow(tuples) < 0)
            return -1;
        slot = find_from(tuples, hashed, low, high);
    }
    *slot = (Slot){low, high, tuples->count};
    return tuples->count++;
}

/* The number of a four-tuple, -1 without memory. */
static inline int64_t number_of(Tuples *tuples, uint64_t one, uint64_t other)
{
    return number_at(tuples, hash_of(tuples, one, other), one, other);
}

/* Of `netdiag.decode.layers.Protocol`, in the order of the numbers that the frames' loops want. */
#define NAMES "OTHER", "TCP", "CUT", "FRAGMENT", "BAD_IPV4", "BAD_IPV6", "BAD_TCP", "BY_SCAPY", "LLC", \
    "ETHERNET", "VLAN", "SLL", "SLL2", "IP", "IPV4", "IPV6", "UDP"

extern PyMethodDef walk_methods[], frames_methods[], payloads_methods[], streams_methods[],
    fold_methods[], fold_follow_methods[], fold_candidates_methods[], fold_drop_methods[],
    fold_singles_methods[],
    heads_methods[], merge_methods[], tls_methods[], redis_methods[], tables_methods[],
    samples_methods[];

#endif
