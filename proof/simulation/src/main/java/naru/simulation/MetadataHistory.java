package naru.simulation;

import naru.metadata.Cluster;

/** What a cluster has committed about itself, and who decides in it, for one who sees all machines at once. */
interface MetadataHistory {

    /** Everything committed. */
    Cluster cluster();

    /** How many batches were committed. */
    int count();

    /** The value behind one of them; the first is 0. */
    Cluster clusterAt(int entry);

    /** Who decides; -1 while nobody does. */
    int leader();

    /** Under which epoch. */
    int epoch();

    /** How often leadership went to somebody. */
    int moves();

    /** Leadership goes to somebody else, if anybody can have it; for no other reason than that this was said. */
    void elect();

    /** The process runs, a majority of the voters hears it, and it hears them. */
    boolean canLead(int node);

    /** From now on somebody looks at each thing that is committed, in the moment when it is known. */
    void whenCommitted(Runnable looks);
}
