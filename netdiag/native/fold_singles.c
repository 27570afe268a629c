/* Connections that carried one exchange in HTTP/1 and nothing out of the ordinary, told from their rows
 * in one pass. Most connections of a busy server are such, where clients pool none; `see` and
 * `find_endings` of `netdiag.exchanges` say the same of them in a hundred passes along columns.
 *
 * In doubt a connection is none: then these are asked.
 */
#include "fold.h"

/* The rows that tell of one: see `netdiag.exchanges.singles`. */
enum { SYN, SYN_ACK, ACKED, REQUEST, RESPONSE, SAID, CLOSE, LEFT, LAST, TOLD };

enum { CLIENT, SERVER };

typedef struct {
    uint64_t client;
    int64_t last_ns;
    uint32_t next[2]; /* the sequence number that each side goes on with */
    uint32_t acked[2]; /* of the other side, the one that each has acknowledged last */
    int32_t at[TOLD];
    uint8_t odd;
} Single;

enum { FEWEST_STATUS = 200, MOST_STATUS = 999 }; /* of a final response (RFC 9110, section 15) */

static int opens(uint8_t flags)
{
    return (flags & (FLAG_SYN | FLAG_ACK | FLAG_FIN | FLAG_RST)) == FLAG_SYN;
}

static Single begin(const Columns *c, int64_t i)
{
    Single one = {.client = c->source[i], .last_ns = c->time_ns[i], .at = {(int32_t)i}};
    for (int each = SYN_ACK; each < TOLD; each++)
        one.at[each] = -1;
    one.next[CLIENT] = c->sequence[i] + 1;
    one.odd = c->length[i] || !c->window[i] || c->source[i] == c->destination[i];
    return one;
}

/* Whether octets go on with the one exchange. */
static int speaks(const Fold *fold, const Columns *c, int64_t i, Single *one, int side)
{
    int32_t *at = one->at, row = (int32_t)i;
    if (at[CLOSE] >= 0 || at[LEFT] >= 0 || at[ACKED] < 0)
        return 0;
    if (side == CLIENT) {
        at[REQUEST] = at[REQUEST] < 0 ? row : -2;
        return at[REQUEST] == row && at[RESPONSE] < 0 && c->mark[i] == fold->request &&
               c->detail[i] != CONNECT;
    }
    at[SAID] = row;
    if (at[RESPONSE] >= 0)
        return c->mark[i] == 0;
    at[RESPONSE] = row;
    return at[REQUEST] >= 0 && c->mark[i] == fold->response && c->detail[i] >= FEWEST_STATUS &&
           c->detail[i] <= MOST_STATUS;
}

/* Whether another segment goes on in order, with nothing odd about it. */
static int goes_on(const Fold *fold, const Columns *c, int64_t i, Single *one)
{
    int side = c->source[i] == one->client ? CLIENT : SERVER;
    uint8_t flags = c->flags[i];
    uint32_t length = c->length[i], said = c->acknowledgment[i];
    int32_t *at = one->at, row = (int32_t)i;
    if (!(flags & FLAG_ACK) || flags & FLAG_RST || !c->window[i] || c->time_ns[i] < one->last_ns)
        return 0;
    one->last_ns = c->time_ns[i], at[LAST] = row;
    if (at[SYN_ACK] < 0) {
        at[SYN_ACK] = row, one->acked[CLIENT] = c->sequence[i] + 1;
        one->next[SERVER] = one->acked[CLIENT], one->acked[SERVER] = one->next[CLIENT];
        return side == SERVER && flags & FLAG_SYN && !(flags & FLAG_FIN) && !length &&
               said == one->next[CLIENT];
    }
    if (flags & FLAG_SYN || c->sequence[i] != one->next[side] ||
        said - one->acked[side] > one->next[!side] - one->acked[side])
        return 0;
    one->acked[side] = said;
    if (at[ACKED] < 0) {
        at[ACKED] = row;
        if (side == SERVER)
            return 0;
    }
    if (length && (flags & FLAG_FIN || !speaks(fold, c, i, one, side)))
        return 0;
    if (flags & FLAG_FIN)
        at[side == SERVER ? CLOSE : LEFT] = row;
    one->next[side] += length + ((flags & FLAG_FIN) != 0);
    return 1;
}

/* Follow the rows. `of` becomes the number of each one's connection, as they begin. */
static void follow(const Fold *fold, const Columns *c, const int64_t *row, Py_ssize_t rows, int32_t *of,
                      int32_t *number, Single *single)
{
    int64_t count = 0;
    for (Py_ssize_t r = 0; r < rows; r++) {
        int64_t i = row[r];
        int32_t *its = &number[fold->row[i].flow];
        if (opens(c->flags[i])) {
            if (*its >= 0)
                single[*its].odd = 1;
            *its = (int32_t)count, single[count++] = begin(c, i);
        } else if (*its >= 0 && !single[*its].odd) {
            single[*its].odd = !goes_on(fold, c, i, &single[*its]);
        }
        of[r] = *its;
    }
}

/* Write what is told of those that are such, and number them anew; how many they are. */
static int64_t tell(Single *single, int64_t count, Py_ssize_t rows, int32_t *of, int64_t *out)
{
    int64_t found = 0;
    for (int64_t n = 0; n < count; n++) {
        Single *one = &single[n];
        int is_one = !one->odd && one->at[RESPONSE] >= 0 && one->at[CLOSE] >= 0 && one->at[LEFT] >= 0;
        for (int each = 0; is_one && each < TOLD; each++)
            out[each * count + found] = one->at[each];
        one->at[SYN] = is_one ? (int32_t)found++ : -1;
    }
    for (Py_ssize_t r = 0; r < rows; r++)
        of[r] = of[r] < 0 ? -1 : single[of[r]].at[SYN];
    return found;
}

PyDoc_STRVAR(fold_singles_doc,
"fold_singles(fold, rows, source, destination, sequence, acknowledgment, flags, window, length, mark,\n"
"             detail, time_ns, of, out)\n--\n\n"
"Which connections with one exchange some `rows` (int64, ascending) of the columns held belong to: their\n"
"number in `of` (int32, one a row), or -1. And their rows in nine columns of `out` (int64), with room for\n"
"as many as there are SYNs: of the SYN, the SYN/ACK, the ACK, the request, the response, the last word,\n"
"the server's FIN, the client's FIN and the last segment. How many they are.");

static PyObject *fold_singles(PyObject *self, PyObject *args)
{
    enum { SOURCE, DESTINATION, SEQUENCE, ACKNOWLEDGMENT, FLAGS, WINDOW, LENGTH, MARK, DETAIL, TIME,
           COLUMNS };
    static const int width[COLUMNS] = {8, 8, 4, 4, 1, 2, 4, 1, 4, 8};
    PyObject *capsule, *asked, *numbers, *told, *o[COLUMNS];
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOOOOOO", &capsule, &asked, &o[0], &o[1], &o[2], &o[3], &o[4],
                          &o[5], &o[6], &o[7], &o[8], &o[9], &numbers, &told))
        return NULL;
    const Fold *fold = fold_of(capsule);
    Py_ssize_t all = fold ? (Py_ssize_t)fold->rows : 0, syns = 0;
    const int64_t *row = fold ? take(&held, asked, 0, -1, 8) : NULL;
    Py_ssize_t rows = row ? held.view[0].len / 8 : 0;
    int32_t *of = row ? take(&held, numbers, 1, rows, 4) : NULL;
    if (of == NULL || !take_columns(&held, o, width, COLUMNS, COLUMNS, &all, column))
        goto failed;
    const Columns c = {
        .source = column[SOURCE], .destination = column[DESTINATION], .sequence = column[SEQUENCE],
        .acknowledgment = column[ACKNOWLEDGMENT], .flags = column[FLAGS], .window = column[WINDOW],
        .length = column[LENGTH], .mark = column[MARK], .detail = column[DETAIL], .time_ns = column[TIME]};
    for (Py_ssize_t r = 0; r < rows; r++) {
        if (row[r] < (r ? row[r - 1] + 1 : 0) || row[r] >= all) {
            PyErr_Format(PyExc_ValueError, "row %zd is none, or not in order", r);
            goto failed;
        }
        syns += opens(c.flags[row[r]]);
    }
    int64_t *out = take(&held, told, 1, TOLD * syns, 8), found = -1;
    if (out == NULL)
        goto failed;
    Py_BEGIN_ALLOW_THREADS
    int32_t *number = malloc((fold->flows + 1) * sizeof *number);
    Single *single = malloc((size_t)(syns + 1) * sizeof *single);
    if (number != NULL && single != NULL) {
        memset(number, 0xff, fold->flows * sizeof *number);
        follow(fold, &c, row, rows, of, number, single);
        found = tell(single, syns, rows, of, out);
    }
    free(number);
    free(single);
    Py_END_ALLOW_THREADS
    release(&held);
    return found < 0 ? PyErr_NoMemory() : PyLong_FromLongLong(found);
failed:
    release(&held);
    return NULL;
}

PyMethodDef fold_singles_methods[] = {
    {"fold_singles", fold_singles, METH_VARARGS, fold_singles_doc},
    {NULL, NULL, 0, NULL},
};
