// They compare the machine's processes and what a daemon holds before and after; and two cores are soon busy.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
