//! libzonecfg: the index, the documents and the handles over them.
