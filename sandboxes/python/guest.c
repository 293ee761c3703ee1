/*
 * CPython as a WebAssembly reactor for the code sandbox.
 *
 * The module is linked once, started once (wizer_initialize, at build time) and its memory written out as a snapshot; a host then instantiates the
 * snapshot and talks to it through the exports below. What crosses is bytes; their meaning is the business of the application in app/ and of the host.
 * The seam is described in ../README.md.
 *
 * Accepts: any bytes as a request. Refuses: nothing; an application that raises or returns something else than bytes gives an empty reply, which no
 * well-formed message is.
 */
#define PY_SSIZE_T_CLEAN
#define Py_BUILD_CORE 1
#include <Python.h>
#include "internal/pycore_object.h"
#include "internal/pycore_runtime.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(name) __attribute__((import_module("r1"), import_name(name)))

/* Where the build lays the standard library and the application while the snapshot is taken. Neither exists afterwards. */
#define LIBRARY_DIRECTORY L"/lib"
#define APPLICATION_DIRECTORY L"/application"
#define APPLICATION_MODULE "_r1_app.main"

IMPORT("host_call") extern uint32_t host_call(const char *request, uint32_t length);
IMPORT("host_take") extern void host_take(char *answer);

/* The application's function from request to reply; set by _r1.set_handler. */
static PyObject *handler;

/* ---- the module _r1 ---- */

PyDoc_STRVAR(host_call_doc, "host_call(request: bytes, /) -> bytes\n\nSends a request to the host and returns its answer.");

static PyObject *r1_host_call(PyObject *Py_UNUSED(module), PyObject *argument)
{
    char *request;
    Py_ssize_t length;
    if (PyBytes_AsStringAndSize(argument, &request, &length) < 0) {
        return NULL;
    }
    uint32_t answer_length = host_call(request, (uint32_t)length);
    PyObject *answer = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)answer_length);
    if (answer != NULL) {
        host_take(PyBytes_AS_STRING(answer));
    }
    return answer;
}

PyDoc_STRVAR(set_handler_doc, "set_handler(handler, /)\n\nThe callable that turns each request (bytes) into its reply (bytes).");

static PyObject *r1_set_handler(PyObject *Py_UNUSED(module), PyObject *argument)
{
    if (!PyCallable_Check(argument)) {
        PyErr_SetString(PyExc_TypeError, "set_handler: the handler must be callable");
        return NULL;
    }
    Py_XSETREF(handler, Py_NewRef(argument));
    Py_RETURN_NONE;
}

PyDoc_STRVAR(immortalize_doc,
             "immortalize(objects: list, /) -> int\n\n"
             "Makes the objects, and all that can be reached from them, immortal: counting their references no longer writes to them, so the pages of the\n"
             "snapshot that hold them stay clean (and shared) while a program runs. Returns how many objects it changed. For use just before the snapshot.");

/* A work list instead of recursion: the object graph of the library is deeper than the stack. */
struct work {
    PyObject **items;
    size_t length, capacity;
    Py_ssize_t changed;
};

static int work_push(struct work *work, PyObject *object)
{
    if (object == NULL || _Py_IsImmortal(object)) {
        return 0;
    }
    if (work->length == work->capacity) {
        size_t capacity = work->capacity ? 2 * work->capacity : 1 << 16;
        PyObject **items = realloc(work->items, capacity * sizeof *items);
        if (items == NULL) {
            return -1;
        }
        work->items = items;
        work->capacity = capacity;
    }
    /* Marked when pushed, so that each object is pushed once. */
    _Py_SetImmortal(object);
    work->changed++;
    work->items[work->length++] = object;
    return 0;
}

static int work_visit(PyObject *object, void *work)
{
    return work_push(work, object);
}

/* What tp_traverse leaves out: a code object holds strings and constants but takes no part in garbage collection; a dictionary whose keys are all
 * strings does not visit its keys. */
static int work_push_hidden(struct work *work, PyObject *object)
{
    if (PyDict_Check(object)) {
        PyObject *key, *value;
        Py_ssize_t position = 0;
        while (PyDict_Next(object, &position, &key, &value)) {
            if (work_push(work, key) < 0 || work_push(work, value) < 0) {
                return -1;
            }
        }
    }
    else if (PyCode_Check(object)) {
        PyCodeObject *code = (PyCodeObject *)object;
        PyObject *parts[] = {code->co_consts,   code->co_names, code->co_exceptiontable, code->co_localsplusnames, code->co_localspluskinds,
                             code->co_filename, code->co_name,  code->co_qualname,       code->co_linetable};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            if (work_push(work, parts[i]) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

static PyObject *r1_immortalize(PyObject *Py_UNUSED(module), PyObject *objects)
{
    if (!PyList_CheckExact(objects)) {
        PyErr_SetString(PyExc_TypeError, "immortalize: expected a list");
        return NULL;
    }
    struct work work = {0};
    int failed = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(objects) && !failed; i++) {
        failed = work_push(&work, PyList_GET_ITEM(objects, i));
        while (work.length > 0 && !failed) {
            PyObject *object = work.items[--work.length];
            traverseproc traverse = Py_TYPE(object)->tp_traverse;
            failed = work_push(&work, (PyObject *)Py_TYPE(object)) < 0 || work_push_hidden(&work, object) < 0 ||
                     (traverse != NULL && PyObject_IS_GC(object) && traverse(object, work_visit, &work) < 0);
        }
    }
    free(work.items);
    return failed ? PyErr_NoMemory() : PyLong_FromSsize_t(work.changed);
}

/* ---- the heap of the snapshot ---- */

/* Larger than any hole that the start leaves in the heap, so that a block of this size comes from its end. */
#define END_BLOCK ((size_t)4 << 20)
/* The allocator's step: chunks are multiples of it, less a header of a pointer's size. */
#define CHUNK ((size_t)16)
#define CHUNK_HEADER sizeof(size_t)
/* Below this the holes are filled size by size; above, by halves. */
#define SMALL_CHUNK ((size_t)4096)

static void fill_holes_of(size_t chunk, const char *end)
{
    size_t size = chunk - CHUNK_HEADER;
    for (;;) {
        char *block = malloc(size);
        if (block == NULL) {
            return;
        }
        if (block > end) {
            free(block);
            return;
        }
        /* Never freed. Zeros pack better than what lay there. */
        memset(block, 0, size);
    }
}

/* Takes every free block that lies between live ones out of use, so that what a program allocates lies side by side on fresh pages at the end of the
 * heap instead of on a hundred pages of the snapshot. Hosts reset few large regions faster than many small ones. */
static void fill_heap(void)
{
    char *end = malloc(END_BLOCK);
    if (end == NULL) {
        return;
    }
    for (size_t chunk = (size_t)1 << 20; chunk >= SMALL_CHUNK; chunk /= 2) {
        fill_holes_of(chunk, end);
    }
    for (size_t chunk = SMALL_CHUNK - CHUNK; chunk >= CHUNK; chunk -= CHUNK) {
        fill_holes_of(chunk, end);
    }
    free(end);
}

PyDoc_STRVAR(fill_heap_doc,
             "fill_heap() -> None\n\n"
             "Takes every free block between live ones out of use: what is allocated next lies side by side. For use at build time.");

static PyObject *r1_fill_heap(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(none))
{
    fill_heap();
    Py_RETURN_NONE;
}

/* ---- failures ---- */

/* The list that every exception is added to when it is made, or NULL; what is called when it has this many. */
static PyObject *failures, *thin_out;
#define FAILURES 1024
static Py_ssize_t most_failures = FAILURES;
static newfunc new_exception;
static vectorcallfunc call_exception;

static PyObject *kept(PyObject *failure)
{
    if (failure == NULL || failures == NULL) {
        return failure;
    }
    if (PyList_GET_SIZE(failures) >= most_failures) {
        /* What it makes itself is not kept. */
        PyObject *list = failures;
        failures = NULL;
        PyObject *done = PyObject_CallNoArgs(thin_out);
        failures = list;
        Py_XDECREF(done);
        /* Twice what is left: all passes together take a time linear in the exceptions. */
        most_failures = Py_MAX(FAILURES, 2 * PyList_GET_SIZE(failures));
        if (done == NULL) {
            Py_DECREF(failure);
            return NULL;
        }
    }
    if (PyList_Append(failures, failure) < 0) {
        Py_CLEAR(failure);
    }
    return failure;
}

static PyObject *new_failure(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    return kept(new_exception(type, arguments, keywords));
}

static PyObject *call_failure(PyObject *type, PyObject *const *arguments, size_t count, PyObject *keywords)
{
    return kept(call_exception(type, arguments, count, keywords));
}

PyDoc_STRVAR(keep_failures_doc,
             "keep_failures(failures: list | None, thin_out=None, /) -> None\n\n"
             "Every exception of most kinds that is made from now on, by whatever code, is added to this list; None ends it. `thin_out()` makes it shorter when it is long.");

static PyObject *r1_keep_failures(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *list, *function = Py_None;
    if (!PyArg_ParseTuple(arguments, "O|O:keep_failures", &list, &function)) {
        return NULL;
    }
    if (list != Py_None && (!PyList_CheckExact(list) || !PyCallable_Check(function))) {
        PyErr_SetString(PyExc_TypeError, "keep_failures: expected a list and a function, or None");
        return NULL;
    }
    Py_XSETREF(failures, list == Py_None ? NULL : Py_NewRef(list));
    Py_XSETREF(thin_out, list == Py_None ? NULL : Py_NewRef(function));
    Py_RETURN_NONE;
}

/* An `assert`, a `raise`, a test case and the interpreter all make theirs by the type's own functions. Classes derived from them later take those over. Exceptions that end loops are no
 * failures. */
static void watch_failures(void)
{
    PyObject *name, *value, *all = PyEval_GetBuiltins();
    Py_ssize_t position = 0;
    new_exception = ((PyTypeObject *)PyExc_AssertionError)->tp_new;
    call_exception = ((PyTypeObject *)PyExc_AssertionError)->tp_vectorcall;
    while (PyDict_Next(all, &position, &name, &value)) {
        PyTypeObject *type = (PyTypeObject *)value;
        if (PyType_Check(value) && PyType_IsSubtype(type, (PyTypeObject *)PyExc_Exception) && type->tp_new == new_exception &&
            !PyType_IsSubtype(type, (PyTypeObject *)PyExc_StopIteration) && !PyType_IsSubtype(type, (PyTypeObject *)PyExc_StopAsyncIteration)) {
            type->tp_new = new_failure;
            if (type->tp_vectorcall == call_exception) {
                type->tp_vectorcall = call_failure;
            }
            PyType_Modified(type);
        }
    }
}

static PyMethodDef r1_methods[] = {
    {"host_call", r1_host_call, METH_O, host_call_doc},
    {"set_handler", r1_set_handler, METH_O, set_handler_doc},
    {"immortalize", r1_immortalize, METH_O, immortalize_doc},
    {"fill_heap", r1_fill_heap, METH_NOARGS, fill_heap_doc},
    {"keep_failures", r1_keep_failures, METH_VARARGS, keep_failures_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef r1_module = {PyModuleDef_HEAD_INIT, .m_name = "_r1", .m_size = -1, .m_methods = r1_methods};

static PyObject *r1_initialize(void)
{
    return PyModule_Create(&r1_module);
}

/* ---- the start, run once at build time ---- */

static void check(PyStatus status)
{
    if (PyStatus_Exception(status)) {
        fprintf(stderr, "guest: %s: %s\n", status.func ? status.func : "Python's start", status.err_msg ? status.err_msg : "failed");
        abort();
    }
}

EXPORT("wizer_initialize") void wizer_initialize(void)
{
    if (PyImport_AppendInittab("_r1", r1_initialize) < 0) {
        abort();
    }
    PyPreConfig preconfig;
    PyPreConfig_InitIsolatedConfig(&preconfig);
    preconfig.utf8_mode = 1;
    check(Py_PreInitialize(&preconfig));

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.write_bytecode = 0;
    config.install_signal_handlers = 0;
    /* The order of sets of strings is the same in every run. */
    config.use_hash_seed = 1;
    config.hash_seed = 0;
    config.module_search_paths_set = 1;
    check(PyWideStringList_Append(&config.module_search_paths, LIBRARY_DIRECTORY));
    check(PyWideStringList_Append(&config.module_search_paths, APPLICATION_DIRECTORY));
    check(PyConfig_SetString(&config, &config.program_name, L"python"));
    check(PyConfig_SetString(&config, &config.executable, L""));
    check(PyConfig_SetString(&config, &config.prefix, L"/"));
    check(PyConfig_SetString(&config, &config.exec_prefix, L"/"));
    check(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    watch_failures();

    PyObject *application = PyImport_ImportModule(APPLICATION_MODULE);
    if (application == NULL || handler == NULL) {
        PyErr_Print();
        fprintf(stderr, "guest: " APPLICATION_MODULE " %s\n", application ? "set no handler" : "could not be imported");
        fflush(stderr);
        abort();
    }
    fflush(NULL);
    fill_heap();
}

/* ---- the exports ---- */

#define PAGE ((size_t)4096)

/* Writes to each page of the interpreter's own state, of which every run writes to a part here and there: one region to reset instead of ten. */
static void join_pages(void)
{
    volatile char *end = (volatile char *)(&_PyRuntime + 1);
    for (volatile char *byte = (volatile char *)&_PyRuntime; byte < end; byte += PAGE) {
        *byte = *byte;
    }
}

EXPORT("r1_alloc") char *r1_alloc(uint32_t length)
{
    return malloc(length ? length : 1);
}

/* A copy of the reply with its length in front; valid until the next call. */
struct reply {
    uint32_t length;
    char bytes[];
};

EXPORT("r1_handle") const struct reply *r1_handle(char *request, uint32_t length)
{
    static struct reply *reply;
    static const struct reply empty = {0};

    join_pages();
    free(reply);
    reply = NULL;
    PyObject *argument = PyBytes_FromStringAndSize(request, (Py_ssize_t)length);
    free(request);
    PyObject *result = argument ? PyObject_CallOneArg(handler, argument) : NULL;
    Py_XDECREF(argument);
    if (result != NULL && PyBytes_CheckExact(result)) {
        size_t size = (size_t)PyBytes_GET_SIZE(result);
        reply = malloc(sizeof *reply + size);
        if (reply != NULL) {
            reply->length = (uint32_t)size;
            memcpy(reply->bytes, PyBytes_AS_STRING(result), size);
        }
    }
    Py_XDECREF(result);
    PyErr_Clear();
    return reply ? reply : &empty;
}
