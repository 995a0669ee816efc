package naru.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.Consumer;

/**
 * The bugs of the exam: each takes something away from the product that holds a cluster together. They are planted while
 * the classes are loaded, by {@link ClusterExam} alone, so nothing of them is in the product.
 */
enum ClusterBug {
    /** A follower cuts its log by its high watermark, as Kafka did before KIP-101. */
    TRUNCATES_TO_THE_HIGH_WATERMARK("naru.replication.PartitionFollower", "placeToCut", code ->
            code.aload(0).getfield(ClassDesc.of("naru.replication.PartitionFollower"), "highWatermark",
                    ClassDesc.ofDescriptor("J")).lreturn()),
    /** A follower believes that it has what its leader has. */
    NEVER_TRUNCATES("naru.replication.PartitionFollower", "onDiverged", CodeBuilder::return_),
    /** What is acknowledged to all waits for nobody but the leader. */
    ACKNOWLEDGES_BEFORE_THE_OTHERS_HAVE_IT("naru.replication.PartitionLeader", "counts", code -> code.iconst_0().ireturn()),
    /** A replica that fetches at all is let into the in-sync set. */
    LETS_LAGGARDS_JOIN("naru.replication.PartitionLeader", "mayJoin", code -> code.iconst_1().ireturn()),
    /** A proposal counts nobody whom it would let in. */
    FORGETS_WHOM_IT_PROPOSED("naru.replication.InSyncProposals", "mayHave", code -> code.iconst_0().ireturn()),
    /** A late answer to an old proposal is taken for one to the newest. */
    TAKES_LATE_ANSWERS_FOR_NEW_ONES("naru.replication.InSyncProposals", "refused", code ->
            code.aload(0).aconst_null().putfield(ClassDesc.of("naru.replication.InSyncProposals"), "proposed",
                    ClassDesc.of("java.util.SortedSet")).iconst_1().ireturn()),
    /** Nobody's fetches move what the leader knows of it. */
    FORGETS_WHAT_FOLLOWERS_HAVE("naru.replication.PartitionLeader", "onFollowerFetched", CodeBuilder::return_),
    /** Too few replicas in sync are enough. */
    ADMITS_WITH_TOO_FEW("naru.replication.PartitionLeader", "admits", code -> code.iconst_1().ireturn()),
    /** Nothing is synced before it counts. */
    NEVER_WAITS_FOR_SYNCS("naru.replication.PartitionLeader", "wantsSync", code -> code.iconst_0().ireturn()),
    /** A follower counts what it has not synced. */
    FOLLOWERS_NEVER_WAIT_FOR_SYNCS("naru.replication.PartitionFollower", "wantsSync", code -> code.iconst_0().ireturn()),
    /** What comes back after a new leader was named is told to the log of the old one. */
    HEARS_ANSWERS_TO_OLD_QUESTIONS("naru.replication.PartitionFollower", "isOpen", code -> code.iconst_1().ireturn()),
    /** Whoever has failed stays where it was, for ever. */
    NEVER_FENCES("naru.metadata.BrokerSessions", "overdue", code -> code.new_(ClassDesc.of("java.util.TreeMap")).dup()
            .invokespecial(ClassDesc.of("java.util.TreeMap"), "<init>", MethodTypeDesc.ofDescriptor("()V")).areturn()),
    /** A leader never notices who falls behind. */
    NEVER_SHRINKS_THE_IN_SYNC_SET("naru.replication.PartitionLeader", "onTimePassed", CodeBuilder::return_),
    /** What a controller had decided before another was elected is committed after all. */
    BELIEVES_OLD_CONTROLLERS(null, null, null),
    /** Syncs of the disks are lies. */
    DISKS_LIE_ABOUT_SYNCS(null, null, null);

    private final String owner;
    private final String method;
    private final Consumer<CodeBuilder> body;

    ClusterBug(String owner, String method, Consumer<CodeBuilder> body) {
        this.owner = owner;
        this.method = method;
        this.body = body;
    }

    /** The class that it is planted in; null when it is planted in the world around the product. */
    String owner() {
        return owner;
    }

    String method() {
        return method;
    }

    Consumer<CodeBuilder> body() {
        return body;
    }

    /** Plants what is planted in the world. */
    void plantIn(ClusterWorld world) {
        switch (this) {
            case BELIEVES_OLD_CONTROLLERS -> world.metadata().believeOldLeaders();
            case DISKS_LIE_ABOUT_SYNCS -> world.machines().forEach(machine -> machine.disk().lieAboutSyncs());
            default -> { }
        }
    }
}
