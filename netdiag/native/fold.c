/* Exchanges that nobody will ask for again, found while segments pass by once.
 *
 * The same idea as in `netdiag.exchanges.setting_aside`, which builds connections and finds their
 * exchanges for it; here each four-tuple has its last few exchanges, and one of them is a candidate
 * once enough others have followed and nothing about it was out of the ordinary. In doubt it is
 * none: its rows are kept, which costs memory and changes nothing.
 *
 * Here a search is made. `fold_follow.c` follows segments, `fold_speech.c` and `fold_turns.c` tell
 * what they say, `fold_settle.c` makes candidates; `fold_candidates.c` hands these over, and
 * `fold_drop.c` lets go of rows, `fold_forget.c` of what is known of connections without any.
 */
#include "fold.h"

static const char *NAME = "netdiag.native.fold";

static void fold_free(PyObject *capsule)
{
    Fold *fold = PyCapsule_GetPointer(capsule, NAME);
    if (fold == NULL)
        return;
    for (size_t i = 0; i < fold->flows && fold->flow != NULL; i++)
        free(fold->flow[i].ring);
    free(fold->tuples.slot);
    free(fold->ends.slot);
    free(fold->uses);
    free(fold->flow);
    free(fold->row);
    free(fold->candidate);
    free(fold);
}

PyDoc_STRVAR(fold_new_doc,
"fold_new(secret, marks, turns, guess, shorter, frames, last, opening, enough, full, long)\n--\n\n"
"A new search. `marks` are those of HTTP/1's requests and responses, and of TLS's client hello, server\n"
"hello, handshake, data and alert; `turns` says of each of 256 marks what it is where the sides take\n"
"turns: see `fold.h`; with `guess` ports tell the client there, if nothing else does. `shorter` says of\n"
"256 lengths of records in TLS what they may be, `frames` of as many lengths what a client's record is\n"
"that carries so much of HTTP/2. `last` exchanges stay at the end of a connection, and the first\n"
"`opening` rows of four-tuples, until these have `enough` without a SYN. A run of segments of at least\n"
"`full` payload bytes is long with more than `long` rows.");

static PyObject *fold_new(PyObject *self, PyObject *args)
{
    unsigned long long secret;
    PyObject *o[4];
    int last, opening, long_, guess;
    unsigned int full, enough;
    Buffers held = {.count = 0};
    (void)self;
    if (!PyArg_ParseTuple(args, "KOOpOOiiIIi", &secret, &o[0], &o[1], &guess, &o[2], &o[3],
                          &last, &opening, &enough, &full, &long_))
        return NULL;
    if (last < 2 || last > RING - 3) {
        PyErr_Format(PyExc_ValueError, "expected 2 to %d last exchanges, got %d", RING - 3, last);
        return NULL;
    }
    const uint8_t *marks = take(&held, o[0], 0, 7, 1);
    const uint16_t *turns = marks ? take(&held, o[1], 0, 256, 2) : NULL;
    const uint8_t *shorter = turns ? take(&held, o[2], 0, SHORTER, 1) : NULL;
    const uint8_t *frame = shorter ? take(&held, o[3], 0, SHORTER, 1) : NULL;
    if (frame == NULL) {
        release(&held);
        return NULL;
    }
    Fold *fold = calloc(1, sizeof(Fold));
    if (fold == NULL || (fold->tuples.secret = fold->ends.secret = secret, grow(&fold->tuples) < 0) ||
        grow(&fold->ends) < 0) {
        if (fold != NULL)
            free(fold->tuples.slot);
        free(fold);
        release(&held);
        return PyErr_NoMemory();
    }
    memcpy(fold->shorter, shorter, sizeof fold->shorter);
    memcpy(fold->frame, frame, sizeof fold->frame);
    memcpy(fold->turns, turns, sizeof fold->turns);
    fold->guess = guess;
    fold->last = last, fold->opening = opening;
    fold->enough = enough, fold->beyond = fold->unopened = enough ? INT32_MAX : 0;
    fold->full = full, fold->long_ = long_;
    fold->request = marks[0], fold->response = marks[1];
    fold->client_hello = marks[2], fold->server_hello = marks[3];
    fold->handshake = marks[4], fold->data = marks[5], fold->alert = marks[6];
    release(&held);
    return PyCapsule_New(fold, NAME, fold_free);
}

Fold *fold_of(PyObject *capsule) { return PyCapsule_GetPointer(capsule, NAME); }

PyDoc_STRVAR(fold_count_doc, "fold_count(fold)\n--\n\nHow many candidates there are.");

static PyObject *fold_count(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    (void)self;
    if (!PyArg_ParseTuple(args, "O", &capsule) || fold_of(capsule) == NULL)
        return NULL;
    return PyLong_FromSize_t(fold_of(capsule)->candidates);
}

PyDoc_STRVAR(fold_idle_doc,
"fold_idle(fold, before_ns)\n--\n\n"
"Make candidates of exchanges of connections that have been idle since then, all but the last of each.");

static PyObject *fold_idle(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    long long before_ns;
    (void)self;
    if (!PyArg_ParseTuple(args, "OL", &capsule, &before_ns) || fold_of(capsule) == NULL)
        return NULL;
    int fine;
    Py_BEGIN_ALLOW_THREADS
    fine = fold_settle_idle(fold_of(capsule), before_ns);
    Py_END_ALLOW_THREADS
    if (!fine)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyDoc_STRVAR(fold_bygones_doc,
"fold_bygones(fold)\n--\n\nHow many connections have ended with nothing unanswered, of which rows are held.");

static PyObject *fold_bygones(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    (void)self;
    if (!PyArg_ParseTuple(args, "O", &capsule) || fold_of(capsule) == NULL)
        return NULL;
    return PyLong_FromSize_t(fold_of(capsule)->bygones);
}

PyDoc_STRVAR(fold_had_long_run_doc,
"fold_had_long_run(fold)\n--\n\nWhether one grew since this was asked before.");

static PyObject *fold_had_long_run(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    (void)self;
    if (!PyArg_ParseTuple(args, "O", &capsule) || fold_of(capsule) == NULL)
        return NULL;
    Fold *fold = fold_of(capsule);
    int had = fold->has_long_run;
    fold->has_long_run = 0;
    return PyBool_FromLong(had);
}

PyMethodDef fold_methods[] = {
    {"fold_new", fold_new, METH_VARARGS, fold_new_doc},
    {"fold_count", fold_count, METH_VARARGS, fold_count_doc},
    {"fold_idle", fold_idle, METH_VARARGS, fold_idle_doc},
    {"fold_bygones", fold_bygones, METH_VARARGS, fold_bygones_doc},
    {"fold_had_long_run", fold_had_long_run, METH_VARARGS, fold_had_long_run_doc},
    {NULL, NULL, 0, NULL},
};
