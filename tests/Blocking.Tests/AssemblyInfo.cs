// They freeze processes and look at how long others wait; and two cores are soon busy.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
