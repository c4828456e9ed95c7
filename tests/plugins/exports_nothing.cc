// A shared object that is no plugin.
int diolkos_nothing() { return 0; }
