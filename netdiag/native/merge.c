/* The middle of long transfers as fewer and longer segments, as a network card would hand them on.
 *
 * Receive offload (in Linux GRO) makes one segment of those that follow on each other and say the
 * same but for their payload, before a capture sees them. Here the same is done to rows: what stays
 * is what a capture behind such a card shows. Of a run of plain full segments and their plain
 * acknowledgments the first and last rows stay as they are.
 */
#include "native.h"

enum { NONE = -1 };

/* What is asked of a run. */
typedef struct {
    uint32_t least;    /* payload bytes of each of its segments */
    uint32_t most;     /* of a merged one */
    int64_t within_ns; /* between two rows, and from the first to the last row of a merged one */
    int32_t edge;      /* rows at its beginning and at its end that stay */
} Limits;

/* A four-tuple: the run that its last row belongs to. */
typedef struct {
    uint64_t sender;
    int64_t last_ns;
    uint32_t next, acknowledged, answered; /* sequence numbers */
    int32_t run;                           /* NONE: it is in none */
    uint16_t window;
    uint8_t ttl[2], way[2];
    uint8_t is_answered; /* whether `answered` and what belongs to it are known */
    uint8_t is_ended;
} Stream;

typedef struct {
    int32_t rows, merged, answer; /* rows so far; rows of the table, NONE: none yet */
    int64_t since_ns;             /* time of the merged one */
} Run;

typedef struct {
    const uint64_t *source, *destination;
    const uint32_t *sequence, *acknowledgment;
    const uint8_t *flags, *ttl, *way, *mark;
    const uint16_t *window;
    const int64_t *time_ns;
    const int32_t *sample;
    uint32_t *length, *tail;
    uint8_t *kept;
} Columns;

static int is_full(const Columns *c, Py_ssize_t i, const Limits *limits)
{
    return (c->flags[i] & ~FLAG_PSH) == FLAG_ACK && c->length[i] >= limits->least &&
           c->mark[i] == 0 && c->sample[i] < 0 && c->window[i] != 0;
}

/* Whether a row goes on with the run of its stream. */
static int goes_on(const Stream *stream, const Columns *c, Py_ssize_t i, const Limits *limits)
{
    int64_t since_ns = c->time_ns[i] - stream->last_ns;
    if (since_ns < 0 || since_ns > limits->within_ns)
        return 0;
    int side = c->source[i] != stream->sender, is_known = side == 0 || stream->is_answered;
    if (is_known && (c->ttl[i] != stream->ttl[side] || c->way[i] != stream->way[side]))
        return 0;
    if (side == 0)
        return is_full(c, i, limits) && c->sequence[i] == stream->next &&
               c->acknowledgment[i] == stream->acknowledged && c->window[i] == stream->window;
    return c->flags[i] == FLAG_ACK && c->length[i] == 0 && c->window[i] != 0 &&
           c->sequence[i] == stream->acknowledged &&
           (!is_known || (int32_t)(c->acknowledgment[i] - stream->answered) > 0) &&
           (int32_t)(stream->next - c->acknowledgment[i]) >= 0;
}

/* Begin a run with a row, if it can be the first of one. What acknowledges it is not known yet. */
static void begin(Stream *stream, const Columns *c, Py_ssize_t i, const Limits *limits,
                  int32_t number)
{
    stream->run = NONE;
    if (stream->is_ended || !is_full(c, i, limits))
        return;
    stream->run = number;
    stream->sender = c->source[i];
    stream->acknowledged = c->acknowledgment[i];
    stream->window = c->window[i];
    stream->is_answered = 0;
}

/* The stream of a four-tuple, NULL without memory. */
static Stream *stream_of(Stream **streams, size_t *room, int64_t number)
{
    if (number < 0)
        return NULL;
    if ((size_t)number >= *room) {
        size_t grown = (size_t)number * 2 + 1024;
        Stream *larger = realloc(*streams, grown * sizeof(Stream));
        if (larger == NULL)
            return NULL;
        memset(larger + *room, 0, (grown - *room) * sizeof(Stream));
        for (size_t i = *room; i < grown; i++)
            larger[i].run = NONE;
        *streams = larger, *room = grown;
    }
    return *streams + number;
}

/* Find the runs: `run` gets a number for each row, or NONE. How many there are; -1 without memory. */
static int64_t find_runs(const Columns *c, Py_ssize_t rows, const Limits *limits, Tuples *tuples,
                         int32_t *run)
{
    size_t room = 0;
    Stream *streams = NULL;
    int64_t runs = 0;
    for (Py_ssize_t i = 0; i < rows; i++) {
        int64_t number = number_of(tuples, c->source[i], c->destination[i]);
        Stream *stream = stream_of(&streams, &room, number);
        if (stream == NULL) {
            runs = -1;
            break;
        }
        if (c->flags[i] & (FLAG_SYN | FLAG_FIN | FLAG_RST))
            stream->is_ended = !(c->flags[i] & FLAG_SYN);
        if (stream->run == NONE || !goes_on(stream, c, i, limits)) {
            begin(stream, c, i, limits, (int32_t)runs);
            runs += stream->run != NONE;
        }
        run[i] = stream->run;
        int side = c->source[i] != stream->sender;
        if (side == 0)
            stream->next = c->sequence[i] + c->length[i];
        else
            stream->answered = c->acknowledgment[i], stream->is_answered = 1;
        stream->ttl[side] = c->ttl[i], stream->way[side] = c->way[i];
        stream->last_ns = c->time_ns[i];
    }
    free(streams);
    return runs;
}

/* Let the middle of the runs go into one row each, or a few. */
static void merge_runs(const Columns *c, Py_ssize_t rows, const Limits *limits, const int32_t *run,
                       const int32_t *length, Run *runs)
{
    for (Py_ssize_t i = 0; i < rows; i++) {
        if (run[i] == NONE)
            continue;
        Run *it = &runs[run[i]];
        int32_t place = it->rows++;
        if (place < limits->edge || length[run[i]] - place <= limits->edge)
            continue;
        int is_new = it->merged == NONE || c->time_ns[i] - it->since_ns > limits->within_ns;
        if (c->length[i] == 0) {
            if (it->answer != NONE && !is_new)
                c->kept[it->answer] = 0;
            it->answer = (int32_t)i;
        } else if (is_new || c->length[it->merged] + c->length[i] > limits->most) {
            it->merged = (int32_t)i;
            it->since_ns = c->time_ns[i];
            it->answer = NONE;
        } else {
            c->length[it->merged] += c->length[i];
            c->tail[it->merged] = c->tail[i];
            c->kept[i] = 0;
        }
    }
}

static int merge_all(const Columns *c, Py_ssize_t rows, const Limits *limits, uint64_t secret)
{
    Tuples tuples = {.secret = secret};
    int32_t *run = malloc((size_t)(rows + 1) * sizeof(int32_t)), *length = NULL;
    Run *runs = NULL;
    int64_t count = run != NULL && grow(&tuples) == 0 ? find_runs(c, rows, limits, &tuples, run) : -1;
    if (count >= 0) {
        length = calloc((size_t)count + 1, sizeof(int32_t));
        runs = malloc(((size_t)count + 1) * sizeof(Run));
    }
    int fine = length != NULL && runs != NULL;
    if (fine) {
        for (int64_t k = 0; k < count; k++)
            runs[k] = (Run){0, NONE, NONE, 0};
        for (Py_ssize_t i = 0; i < rows; i++)
            if (run[i] != NONE)
                length[run[i]]++;
        merge_runs(c, rows, limits, run, length, runs);
    }
    free(tuples.slot), free(run), free(length), free(runs);
    return fine;
}

PyDoc_STRVAR(merge_doc,
"merge(secret, least, most, within_ns, edge, source, destination, sequence, acknowledgment, flags, ttl,\n"
"      way, mark, window, time_ns, sample, length, tail, kept)\n--\n\n"
"Merge the middle of runs of segments with at least `least` payload bytes and what acknowledges them,\n"
"but for `edge` rows at the ends of each: columns as in `Segments`, in capture order. `length` and `tail`\n"
"of a merged row are those of all, `kept` (bool) of the rows that went into another becomes false.");

static PyObject *merge(PyObject *self, PyObject *args)
{
    enum { COLUMNS = 14, WRITTEN = 11 };
    static const int width[COLUMNS] = {8, 8, 4, 4, 1, 1, 1, 1, 2, 8, 4, 4, 4, 1};
    unsigned long long secret;
    unsigned int least, most;
    long long within_ns;
    int edge, fine = 0;
    PyObject *o[COLUMNS];
    void *column[COLUMNS];
    Buffers held = {.count = 0};
    Py_ssize_t rows = -1;
    (void)self;
    if (!PyArg_ParseTuple(args, "KIILiOOOOOOOOOOOOOO", &secret, &least, &most, &within_ns, &edge,
                          &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &o[6], &o[7], &o[8], &o[9],
                          &o[10], &o[11], &o[12], &o[13]))
        return NULL;
    if (!take_columns(&held, o, width, COLUMNS, WRITTEN, &rows, column)) {
        release(&held);
        return NULL;
    }
    if (rows >= INT32_MAX || edge < 1 || least < 1) {
        release(&held);
        return PyErr_Format(PyExc_ValueError, "expected less than 2**31 rows, and positive limits");
    }
    const Columns c = {column[0], column[1], column[2], column[3], column[4], column[5], column[6],
                       column[7], column[8], column[9], column[10], column[11], column[12],
                       column[13]};
    const Limits limits = {least, most, within_ns, edge};
    Py_BEGIN_ALLOW_THREADS
    fine = merge_all(&c, rows, &limits, secret);
    Py_END_ALLOW_THREADS
    release(&held);
    if (!fine)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

PyMethodDef merge_methods[] = {
    {"merge", merge, METH_VARARGS, merge_doc},
    {NULL, NULL, 0, NULL},
};
