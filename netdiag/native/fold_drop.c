/* Says which rows are whose, takes those out that are settled, and numbers the others anew. */
#include "fold.h"

/* Write `value` for all rows of a candidate. */
static void write_rows(const Fold *fold, const Candidate *it, uint8_t *column, uint8_t value)
{
    int32_t row = fold->row[it->next].previous;
    for (; row >= 0 && row != it->exchange.request; row = fold->row[row].previous)
        column[row] = value;
    column[it->exchange.request] = value;
}

/* Whether all that is held of a four-tuple is a connection on which nothing can have failed yet: each
 * request was answered, and no answer sent again. */
static int is_fine(const Flow *flow)
{
    return flow->story == SMOOTH && !flow->waits && flow->talk != GREETS && flow->talk != GREETED;
}

/* Tell the rows of candidates from the others, in one pass along all rows; see below. A candidate has
 * those of its four-tuple from its request on up to the next. 0 without memory. */
static int tell_rest(const Fold *fold, int64_t before_ns, uint8_t *rest, uint8_t *over)
{
    enum { BEGINS = 1, STOPS = 2 };
    typedef struct { uint8_t rest, over, spares, inside; } Told;
    Told *told = calloc(fold->flows + 1, sizeof(Told));
    if (told == NULL)
        return 0;
    for (size_t i = 0; i < fold->flows; i++) {
        const Flow *flow = &fold->flow[i];
        int ended = flow->is_reset || flow->fins == 3;
        told[i].rest = is_fine(flow) ? FINE : REST;
        told[i].over = is_fine(flow) && ended && flow->last_ns < before_ns;
        told[i].spares = told[i].over && !flow->is_reset;
        if (told[i].over && is_bygone(fold, (int32_t)i))
            told[i].rest = BYGONE;
    }
    memset(rest, 0, fold->rows);
    for (size_t i = 0; i < fold->candidates; i++) {
        rest[fold->candidate[i].exchange.request] |= BEGINS;
        rest[fold->candidate[i].next] |= STOPS;
    }
    for (size_t i = 0; i < fold->rows; i++) {
        Told *its = &told[fold->row[i].flow];
        if (rest[i])
            its->inside = rest[i] & BEGINS;
        int gone = its->inside || (fold->row[i].spare && its->spares);
        rest[i] = gone ? 0 : its->rest;
        over[i] = gone ? 0 : its->over;
    }
    free(told);
    return 1;
}

PyDoc_STRVAR(fold_rest_doc,
"fold_rest(fold, before_ns, rest, over)\n--\n\n"
"Fill `rest` (uint8, one a row held): 0 for the rows of candidates, 2 for others of a connection of which\n"
"it is known that nothing failed on it, 3 where that ended long ago, with nothing unanswered; else 1. And `over`\n"
"(bool, one a row held): which of those with 2 or 3 are of connections that have ended, their last segment\n"
"before `before_ns`; where both sides sent a FIN, rows in between that only acknowledge have 0, too.");

static PyObject *fold_rest(PyObject *self, PyObject *args)
{
    PyObject *capsule, *o[2];
    long long before_ns;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OLOO", &capsule, &before_ns, &o[0], &o[1]))
        return NULL;
    const Fold *fold = fold_of(capsule);
    uint8_t *rest = fold ? take(&held, o[0], 1, (Py_ssize_t)fold->rows, 1) : NULL;
    uint8_t *over = rest ? take(&held, o[1], 1, (Py_ssize_t)fold->rows, 1) : NULL;
    if (over == NULL) {
        release(&held);
        return NULL;
    }
    int fine;
    Py_BEGIN_ALLOW_THREADS
    fine = tell_rest(fold, before_ns, rest, over);
    Py_END_ALLOW_THREADS
    release(&held);
    if (!fine)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* What becomes of the candidates; those that are undecided stay, with the request after them. */
static void decide(Fold *fold, const uint8_t *fate, uint8_t *rest, uint8_t *kept, uint8_t *over)
{
    for (size_t i = 0; i < fold->candidates; i++) {
        const Candidate *it = &fold->candidate[i];
        uint8_t its = fate[it->place];
        if (its == SETTLED) {
            fold->row[it->next].previous = fold->row[it->exchange.request].previous;
            continue;
        }
        write_rows(fold, it, rest, REST);
        if (its == OVER)
            write_rows(fold, it, over, 1);
    }
    for (size_t i = 0; i < fold->rows; i++) {
        kept[i] &= rest[i] != 0 && rest[i] != GONE;
        if (rest[i] == GONE)
            fold->flow[fold->row[i].flow].gone = 1, over[i] = 0;
    }
    for (size_t i = 0; i < fold->rows; i++)
        if (kept[i])
            fold->flow[fold->row[i].flow].gone = 0;
    size_t left = 0;
    for (size_t i = 0; i < fold->candidates; i++) {
        const Candidate *it = &fold->candidate[i];
        int32_t request = it->exchange.request;
        if (fate[it->place] == UNDECIDED && kept[request] && kept[it->next] && !over[it->next] &&
            !over[request])
            fold->candidate[left++] = *it;
    }
    fold->candidates = left;
    fold->listed = 0;
}

/* The new number of a row; -1 where it is gone, or was. */
static inline int32_t left_of(int32_t row, const uint8_t *kept, const uint8_t *over,
                              const int32_t *number)
{
    return row >= 0 && kept[row] && !over[row] ? number[row] : -1;
}

/* Give all rows that are held on their new numbers. What is gone has that of the row before it on
 * its connection which is not; -1 without one. */
static void renumber(Fold *fold, const uint8_t *kept, const uint8_t *over, int32_t *number)
{
    int32_t count = 0;
    for (size_t i = 0; i < fold->rows; i++) {
        int32_t previous = fold->row[i].previous, before = previous < 0 ? -1 : number[previous];
        int stays = kept[i] && !over[i];
        number[i] = stays ? count : before;
        if (stays)
            fold->row[count++] = (Row){before, fold->row[i].flow, fold->row[i].spare};
    }
    fold->rows = (size_t)count;
    for (size_t i = 0; i < fold->flows; i++) {
        Flow *flow = &fold->flow[i];
        if (flow->story != NOTHING)
            flow->last_row = number[flow->last_row];
        if (flow->last_row < 0)
            flow->story = NOTHING;
        for (int32_t e = 0; e < flow->exchanges && e < RING; e++) {
            Exchange *it = at(flow, flow->exchanges - 1 - e);
            it->request = left_of(it->request, kept, over, number);
        }
    }
    for (size_t i = 0; i < fold->candidates; i++) {
        Candidate *it = &fold->candidate[i];
        it->exchange.request = number[it->exchange.request];
        it->previous = left_of(it->previous, kept, over, number);
        it->next = number[it->next];
    }
}

PyDoc_STRVAR(fold_drop_doc,
"fold_drop(fold, fate, rest, kept, over)\n--\n\n"
"Take the candidates whose `fate` (uint8, in the order of `fold_candidates`) is 1 out of `kept` (bool,\n"
"one a row held: what was kept so far); `rest` is what `fold_rest` filled, and is changed. Those with 2\n"
"stay candidates, where the request after them is left. The rows of those with 3 are over, as are those\n"
"that `over` (bool, one a row held) names. Connections with 4 in `rest`, which had 3, are taken out of\n"
"both, and forgotten. All other rows that are left are numbered anew.");

static PyObject *fold_drop(PyObject *self, PyObject *args)
{
    PyObject *capsule, *o[4];
    Buffers held = {.count = 0};
    int32_t *number = NULL;
    int fine = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOO", &capsule, &o[0], &o[1], &o[2], &o[3]))
        return NULL;
    Fold *fold = fold_of(capsule);
    if (fold == NULL)
        return NULL;
    if (fold->listed != fold->candidates)
        return PyErr_Format(PyExc_ValueError, "expected all candidates to have been asked for");
    Py_ssize_t rows = (Py_ssize_t)fold->rows;
    const uint8_t *fate = take(&held, o[0], 0, (Py_ssize_t)fold->candidates, 1);
    uint8_t *rest = fate ? take(&held, o[1], 1, rows, 1) : NULL;
    uint8_t *kept = rest ? take(&held, o[2], 1, rows, 1) : NULL;
    uint8_t *over = kept ? take(&held, o[3], 1, rows, 1) : NULL;
    if (over == NULL) {
        release(&held);
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    number = malloc((fold->rows + 1) * sizeof(int32_t));
    if (number != NULL) {
        decide(fold, fate, rest, kept, over);
        renumber(fold, kept, over, number);
        free(number);
        fine = fold_forget(fold);
    }
    Py_END_ALLOW_THREADS
    release(&held);
    if (!fine)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyMethodDef fold_drop_methods[] = {
    {"fold_rest", fold_rest, METH_VARARGS, fold_rest_doc},
    {"fold_drop", fold_drop, METH_VARARGS, fold_drop_doc},
    {NULL, NULL, 0, NULL},
};
