/* Hands the candidates over, for whoever holds them against failures elsewhere. */
#include "fold.h"

/* The candidates' numbers by flow, those of a flow as they came; to be freed. NULL without memory. */
static uint32_t *by_flow(const Fold *fold)
{
    uint32_t *place = calloc(fold->flows + 1, sizeof(uint32_t));
    uint32_t *order = malloc((fold->candidates + 1) * sizeof(uint32_t));
    if (place == NULL || order == NULL) {
        free(place);
        free(order);
        return NULL;
    }
    for (size_t i = 0; i < fold->candidates; i++)
        place[fold->candidate[i].flow + 1]++;
    for (size_t i = 0; i < fold->flows; i++)
        place[i + 1] += place[i];
    for (size_t i = 0; i < fold->candidates; i++)
        order[place[fold->candidate[i].flow]++] = (uint32_t)i;
    free(place);
    return order;
}

PyDoc_STRVAR(fold_candidates_doc,
"fold_candidates(fold, request, previous, next, flow, first_frame, asked_ns, idle_ns, answered_ns,\n"
"                word_ns, packets, sent, received, length)\n--\n\n"
"Fill columns with the candidates, by flow, then in time order.");

static PyObject *fold_candidates(PyObject *self, PyObject *args)
{
    enum { COLUMNS = 13 };
    static const int width[COLUMNS] = {4, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 4, 4};
    PyObject *capsule, *o[COLUMNS];
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOOOOOO", &capsule, &o[0], &o[1], &o[2], &o[3], &o[4], &o[5],
                          &o[6], &o[7], &o[8], &o[9], &o[10], &o[11], &o[12]))
        return NULL;
    Fold *fold = fold_of(capsule);
    if (fold == NULL)
        return NULL;
    Py_ssize_t rows = (Py_ssize_t)fold->candidates;
    if (!take_columns(&held, o, width, COLUMNS, 0, &rows, column)) {
        release(&held);
        return NULL;
    }
    uint32_t *order;
    Py_BEGIN_ALLOW_THREADS
    order = by_flow(fold);
    fold->listed = order ? fold->candidates : 0;
    for (Py_ssize_t i = 0; order && i < rows; i++) {
        if (i + AHEAD < rows) /* they lie where they came, all over the memory */
            prefetch(&fold->candidate[order[i + AHEAD]]);
        Candidate *it = &fold->candidate[order[i]];
        const Exchange *exchange = &it->exchange;
        it->place = (uint32_t)i;
        ((int32_t *)column[0])[i] = exchange->request;
        ((int32_t *)column[1])[i] = it->previous;
        ((int32_t *)column[2])[i] = it->next;
        ((int32_t *)column[3])[i] = it->flow;
        ((uint32_t *)column[4])[i] = it->first_frame;
        ((int64_t *)column[5])[i] = exchange->asked_ns;
        ((int64_t *)column[6])[i] = exchange->idle_ns;
        ((int64_t *)column[7])[i] = exchange->answered_ns;
        ((int64_t *)column[8])[i] = exchange->word_ns;
        ((uint32_t *)column[9])[i] = exchange->packets;
        ((uint32_t *)column[10])[i] = exchange->sent;
        ((uint32_t *)column[11])[i] = exchange->received;
        ((uint32_t *)column[12])[i] = exchange->length;
    }
    free(order);
    Py_END_ALLOW_THREADS
    release(&held);
    if (order == NULL)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyMethodDef fold_candidates_methods[] = {
    {"fold_candidates", fold_candidates, METH_VARARGS, fold_candidates_doc},
    {NULL, NULL, 0, NULL},
};
