/* The module of the compiled loops: each is one of those that numpy takes in many steps.
 *
 * Every one has a twin in Python that says the same; the tests hold the two together. What lies in a
 * capture is hostile: see each file for what is checked. The caller's arrays are filled.
 */
#include "native.h"

enum { REVISION = 35 }; /* see netdiag/native/__init__.py */

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "netdiag.native._native", NULL, -1, NULL, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void)
{
    PyMethodDef *const methods[] = {walk_methods, frames_methods, payloads_methods, streams_methods,
                                    fold_methods, fold_follow_methods, fold_candidates_methods,
                                    fold_drop_methods, fold_singles_methods, heads_methods, merge_methods, tls_methods,
                                    redis_methods, tables_methods, samples_methods};
    PyObject *self = PyModule_Create(&module);
    for (size_t i = 0; self != NULL && i < sizeof methods / sizeof *methods; i++)
        if (PyModule_AddFunctions(self, methods[i]) < 0)
            Py_CLEAR(self);
    if (self != NULL && PyModule_AddIntConstant(self, "REVISION", REVISION) < 0)
        Py_CLEAR(self);
    PyObject *list = self ? Py_BuildValue("(sssssssssssssssss)", NAMES) : NULL;
    if (list == NULL || PyModule_AddObjectRef(self, "NAMES", list) < 0)
        Py_CLEAR(self);
    Py_XDECREF(list);
    return self;
}
