// These tests count the descriptors, threads and processes of this process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
