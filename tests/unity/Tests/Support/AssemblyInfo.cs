using Xunit;

// Some tests measure time, starve the thread pool or start servers: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
