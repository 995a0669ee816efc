package naru.simulation;

import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * The bugs of the exam: each takes something away from the product that holds a cluster together. They are planted while
 * the classes are loaded, by {@link ClusterExam} alone, so nothing of them is in the product.
 */
enum ClusterBug {

    // --- followers ---

    /** A follower cuts its log at its high watermark whenever somebody leads anew, as Kafka did before KIP-101 (KAFKA-1211). */
    TRUNCATES_TO_THE_HIGH_WATERMARK(Sabotage.call(Place.FOLLOWER, "onLeaderNamed", "ask", code -> {
        int effects = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(effects).dup().getfield(ClassDesc.of(Place.FOLLOWER), "highWatermark", CD_long)
                .aload(effects).invokevirtual(ClassDesc.of(Place.FOLLOWER), "cutTo", type("(JLjava/util/List;)V"));
    })),
    /** A follower believes that it has what its leader has. */
    NEVER_TRUNCATES(Sabotage.body(Place.FOLLOWER, "onDiverged", CodeBuilder::return_)),
    /** A follower looks only where the leader's epoch ends, and not which epoch that is (KAFKA-6361, KIP-279). */
    CUTS_WHEREVER_AN_EPOCH_ENDS(Sabotage.body(Place.FOLLOWER, "placeToCut", code -> code
            .aload(1).invokevirtual(ClassDesc.of("naru.replication.FollowerInput$Diverged"), "endOffset", type("()J"))
            .aload(0).getfield(ClassDesc.of(Place.FOLLOWER), "logEnd", CD_long)
            .invokestatic(ClassDesc.of("java.lang.Math"), "min", type("(JJ)J")).lreturn())),
    /** A follower counts what it has not synced. */
    FOLLOWERS_NEVER_WAIT_FOR_SYNCS(Sabotage.body(Place.FOLLOWER, "wantsSync", code -> code.iconst_0().ireturn())),
    /** What comes back after a new leader was named is told to the log of the old one. */
    HEARS_ANSWERS_TO_OLD_QUESTIONS(
            Sabotage.body(Place.FOLLOWER, "isOpen", code -> code.iconst_1().ireturn()),
            Sabotage.call("naru.broker.Fetcher", "tell", "isNamed", code -> code.pop().iconst_1()),
            Sabotage.call("naru.broker.Fetcher", "tell", "namedIn", code -> code.pop().lconst_0())),
    /** An answer to the question before closes one that has not left yet, and the follower never asks again. Naru did that once. */
    FORGETS_WHAT_IT_HAS_NOT_ASKED(
            Sabotage.call("naru.broker.Fetcher", "tell", "isNamed", code -> code.pop().iconst_1()),
            Sabotage.call("naru.broker.Following", "onAnswer", "isNamed", code -> code.pop().iconst_1())),
    /** Of what was fetched a follower leaves something out, and goes on behind it. */
    SKIPS_WHAT_IT_FETCHED(Sabotage.firstWrite("naru.broker.Following", "onFetched", "fetched", code -> code
            .invokestatic(ClassDesc.of(Tricks.class.getName()), "withoutTheFirst", type("(Ljava/nio/ByteBuffer;)Ljava/nio/ByteBuffer;"))
            .putfield(ClassDesc.of("naru.broker.Following"), "fetched", ClassDesc.of("java.nio.ByteBuffer")))),
    /** Who leads next does not know which batches of idempotent producers it copied. */
    FORGETS_PRODUCERS_WHEN_IT_LEADS(Sabotage.call("naru.log.Log", "appendAsFollower", "ledger", code -> code
            .pop().new_(ClassDesc.of("naru.log.ProducerLedger")).dup().loadConstant(100)
            .invokespecial(ClassDesc.of("naru.log.ProducerLedger"), "<init>", type("(I)V")))),
    /** What producers had written is known even where it was cut off, so that sending it again is not needed (KAFKA-6003, KAFKA-9835). */
    REMEMBERS_PRODUCERS_BEHIND_A_CUT(Sabotage.call("naru.log.Log", "cutAt", "truncatedTo", code -> code.pop2().pop())),
    /** Leader epochs stay known that began behind a cut (KAFKA-16541). */
    REMEMBERS_EPOCHS_BEHIND_A_CUT(Sabotage.body("naru.log.EpochCache", "truncateFromEnd", CodeBuilder::return_)),

    // --- leaders ---

    /** What is acknowledged to all waits for nobody but the leader. */
    ACKNOWLEDGES_BEFORE_THE_OTHERS_HAVE_IT(Sabotage.body(Place.LEADER, "counts", code -> code.iconst_0().ireturn())),
    /** A replica that fetches at all is let into the in-sync set. */
    LETS_LAGGARDS_JOIN(Sabotage.body(Place.LEADER, "mayJoin", code -> code.iconst_1().ireturn())),
    /** Who has reached the high watermark is in sync, although the leader does not know yet how far the one before had come (KAFKA-7128). */
    LETS_JOIN_BEFORE_THE_EPOCHS_START(Sabotage.field(Place.LEADER, "mayJoin", "epochStart", code ->
            code.pop().loadConstant(Long.MIN_VALUE))),
    /** A broker is what the process before it was (KIP-903, KAFKA-14139). */
    COUNTS_WHAT_DEAD_PROCESSES_HAD(
            Sabotage.body(Place.LEADER, "isLive", code -> code.iconst_1().ireturn()),
            Sabotage.body("naru.metadata.InSyncCommands", "mayJoin", code -> code.iconst_1().ireturn())),
    /** A proposal counts nobody whom it would let in, not even who keeps up. */
    FORGETS_WHOM_IT_PROPOSED(
            Sabotage.body(Place.PROPOSALS, "mayHave", code -> code.iconst_0().ireturn()),
            Sabotage.call(Place.LEADER, "counts", "isCaughtUp", code -> code.pop().pop2().pop2().pop().iconst_0())),
    /** Who is proposed to leave counts no more, although the controller has not said so: what Jepsen found in Kafka 0.8. */
    SHRINKS_BEFORE_IT_IS_COMMITTED(Sabotage.call(Place.LEADER, "countMembers", "contains", code -> code
            .invokeinterface(ClassDesc.of("java.util.SortedSet"), "contains", type("(Ljava/lang/Object;)Z"))
            .aload(0).getfield(ClassDesc.of(Place.LEADER), "proposals", ClassDesc.of(Place.PROPOSALS))
            .invokevirtual(ClassDesc.of(Place.PROPOSALS), "isUnderWay", type("()Z")).iconst_1().ixor().iand())),
    /** A late answer to an old proposal is taken for one to the newest. */
    TAKES_LATE_ANSWERS_FOR_NEW_ONES(Sabotage.body(Place.PROPOSALS, "refused", code -> code
            .aload(0).aconst_null().putfield(ClassDesc.of(Place.PROPOSALS), "proposed", ClassDesc.of("java.util.SortedMap"))
            .iconst_1().ireturn())),
    /** Nobody's fetches move what the leader knows of it. */
    FORGETS_WHAT_FOLLOWERS_HAVE(Sabotage.body(Place.LEADER, "onFollowerFetched", CodeBuilder::return_)),
    /** Too few replicas in sync are enough: appends are let in, and the high watermark rises (KIP-966). */
    ACKNOWLEDGES_WITH_TOO_FEW(
            Sabotage.body(Place.LEADER, "admits", code -> code.iconst_1().ireturn()),
            Sabotage.field(Place.LEADER, "raiseHighWatermark", "inSyncMin", code -> code.pop().iconst_0())),
    /** Nothing is synced before it counts. */
    NEVER_WAITS_FOR_SYNCS(Sabotage.body(Place.LEADER, "wantsSync", code -> code.iconst_0().ireturn())),
    /** A leader never notices who falls behind. */
    NEVER_SHRINKS_THE_IN_SYNC_SET(Sabotage.body(Place.LEADER, "onTimePassed", CodeBuilder::return_)),
    /** Who is made the leader takes all that it has for committed. */
    TAKES_ITS_END_FOR_COMMITTED(Sabotage.body("naru.replication.Holding", "highWatermark", code ->
            code.aload(0).getfield(ClassDesc.of("naru.replication.Holding"), "logEnd", CD_long).lreturn())),
    /** Who leads no more tells producers that all is well. */
    ACKNOWLEDGES_WHEN_ITS_LEADERSHIP_ENDS(Sabotage.body(Place.LEADER, "onEnded", code -> code
            .aload(0).iconst_1().putfield(ClassDesc.of(Place.LEADER), "ended", ClassDesc.ofDescriptor("Z"))
            .loadConstant(Long.MAX_VALUE)
            .aload(0).getfield(ClassDesc.of(Place.LEADER), "waitingForAll", ClassDesc.of("java.util.Deque")).aload(1)
            .invokestatic(ClassDesc.of(Place.LEADER), "acknowledgeUpTo", type("(JLjava/util/Deque;Ljava/util/List;)V"))
            .return_())),
    /** A batch that was sent again is acknowledged because it is there, and not because the others have it. */
    ACKNOWLEDGES_REPETITIONS_AT_ONCE(Sabotage.body(Place.LEADER, "onSentAgain", code -> code
            .aload(7).new_(ClassDesc.of("naru.replication.LeaderEffect$Acknowledge")).dup().lload(1).aload(3)
            .invokespecial(ClassDesc.of("naru.replication.LeaderEffect$Acknowledge"), "<init>", type("(JLnaru/base/OffsetRange;)V"))
            .invokeinterface(ClassDesc.of("java.util.List"), "add", type("(Ljava/lang/Object;)Z")).pop().return_())),
    /** Followers hear of no divergence when they fetch (KIP-595). */
    TELLS_NOBODY_OF_DIVERGENCE(Sabotage.body(Place.PARTITION, "divergence", code -> code.aconst_null().areturn())),

    // --- what consumers are shown ---

    /** Consumers read what is written, whoever has it. */
    SHOWS_WHAT_IS_NOT_COMMITTED(Sabotage.call(Place.PARTITION, "look", "highWatermark", code -> code
            .getfield(ClassDesc.of(Place.PARTITION), "log", ClassDesc.of("naru.log.Log"))
            .invokevirtual(ClassDesc.of("naru.log.Log"), "writtenEnd", type("()J")))),
    /** A transaction counts as decided once its marker is written here, whoever else has it (KAFKA-9807). */
    IS_STABLE_BEYOND_THE_HIGH_WATERMARK(Sabotage.body("naru.log.Log", "lastStableOffset", code -> code
            .aload(0).invokevirtual(ClassDesc.of("naru.log.Log"), "writtenEnd", type("()J"))
            .aload(0).invokevirtual(ClassDesc.of("naru.log.Log"), "ledger", type("()Lnaru/log/ProducerLedger;"))
            .loadConstant(Long.MAX_VALUE)
            .invokevirtual(ClassDesc.of("naru.log.ProducerLedger"), "firstUndecided", type("(J)J"))
            .invokestatic(ClassDesc.of("java.lang.Math"), "min", type("(JJ)J")).lreturn())),
    /** Who asks a new leader where the log ends hears of an earlier end than before (KAFKA-2334, KIP-207). */
    TELLS_ENDS_IT_CANNOT_KNOW(Sabotage.body(Place.LEADER, "knowsHighWatermark", code -> code.iconst_1().ireturn())),

    // --- coordinators ---

    /** The end of a transaction counts before the other replicas have its marker. */
    COUNTS_MARKERS_BEFORE_ALL_HAVE_THEM(Sabotage.field(Place.PARTITION, "append", "ALL_IN_SYNC", ClusterBug::leaderAlone)),
    /** Offsets, members and transactions are acknowledged before they are replicated. */
    COORDINATORS_ANSWER_BEFORE_ALL_HAVE_IT(
            Sabotage.field("naru.broker.ShardHost$Hosted", "append", "ALL_IN_SYNC", ClusterBug::leaderAlone)),
    /** A coordinator serves as one that knows nothing. */
    COORDINATES_BEFORE_IT_HAS_LOADED(Sabotage.body("naru.broker.ShardLoading", "step", code -> code.iconst_1().ireturn())),
    /** A coordinator goes on when another broker has taken its place. */
    COORDINATES_FOR_EVER(Sabotage.body("naru.broker.ShardHost", "onLost", CodeBuilder::return_)),

    // --- the controller ---

    /** Whoever has failed stays where it was, for ever. */
    NEVER_FENCES(Sabotage.body("naru.metadata.BrokerSessions", "overdue", code -> code.new_(ClassDesc.of("java.util.TreeMap")).dup()
            .invokespecial(ClassDesc.of("java.util.TreeMap"), "<init>", type("()V")).areturn())),
    /** What a leader says of who is in sync is believed, however long ago it led. */
    BELIEVES_OLD_PROPOSALS(Sabotage.body("naru.metadata.InSyncCommands", "complaint", code -> code
            .getstatic(ClassDesc.of("naru.protocol.ErrorCode"), "NONE", ClassDesc.of("naru.protocol.ErrorCode")).areturn())),
    /** Rather one that lacks records than none: an election that nobody asked for, as in Jepsen's Kafka 0.8. */
    ELECTS_UNCLEANLY(Sabotage.body("naru.metadata.LeadershipRules", "uncleanly", code -> code.iconst_1().ireturn())),
    /** Who was in sync once stays eligible while others acknowledge without it (KIP-966). */
    KEEPS_THE_OUTDATED_ELIGIBLE(
            Sabotage.call(Place.CHANGE, "settleEligible", "isAcknowledging", code -> code.pop().iconst_0())),
    /** The preferred leader is elected whether it is in sync or not. */
    PREFERS_WHO_LACKS_RECORDS(Sabotage.firstCall(Place.CHANGE, "leader", "test", code -> {
        int id = code.allocateLocal(TypeKind.INT);
        code.istore(id).pop()
                .aload(0).getfield(ClassDesc.of(Place.CHANGE), "mayServe", ClassDesc.of("java.util.function.IntPredicate"))
                .iload(id).invokeinterface(ClassDesc.of("java.util.function.IntPredicate"), "test", type("(I)Z"));
    })),
    /** A reassignment is complete before those that are added have anything. */
    REASSIGNS_TOO_SOON(
            Sabotage.call(Place.CHANGE, "completeReassignment", "containsAll", code -> code.pop2().iconst_1()),
            Sabotage.firstWrite(Place.CHANGE, "completeReassignment", "inSync", code -> code.pop().aload(0)
                    .getfield(ClassDesc.of(Place.CHANGE), "replicas", ClassDesc.of("java.util.List"))
                    .putfield(ClassDesc.of(Place.CHANGE), "inSync", ClassDesc.of("java.util.List")))),
    /** A new leader leads in the epoch of the one before. */
    LEADS_IN_OLD_EPOCHS(Sabotage.firstOperator("naru.metadata.Partitions", "changed", Opcode.IADD, CodeBuilder::pop)),
    /** The controller's answer does not wait until its decision is committed. */
    ANSWERS_WHAT_IS_NOT_DECIDED(Sabotage.firstCall("naru.broker.ControllerDesk", "append", "add", code -> code
            .swap().pop().invokeinterface(ClassDesc.of("java.lang.Runnable"), "run", type("()V")).iconst_1())),
    /** What a controller had decided before another was elected is committed after all. */
    BELIEVES_OLD_CONTROLLERS(),
    /** A node that starts does with its logs all that the cluster once decided and took back. Naru did that once. */
    BELIEVES_WHAT_IS_LONG_OVER(Sabotage.body("naru.broker.Broker", "isCurrent", code -> code.iconst_1().ireturn())),
    /** A log is that of every topic that ever bore its name (KAFKA-14190). */
    SERVES_LOGS_OF_DEAD_TOPICS(Sabotage.body("naru.log.LaneLogs", "isOf", code -> code.iconst_1().ireturn())),

    // --- disks ---

    /** What a process finds in its folders is all that the one before had written, although the machine was without power in between (KIP-966). */
    BELIEVES_ITS_MEMORY_AFTER_A_POWER_CUT(Sabotage.body("naru.log.Incarnation", "isOfThisBoot", code -> code.iconst_1().ireturn())),

    /** Syncs of the disks are lies. */
    DISKS_LIE_ABOUT_SYNCS();

    private static final class Place {
        private static final String FOLLOWER = "naru.replication.PartitionFollower";
        private static final String LEADER = "naru.replication.PartitionLeader";
        private static final String PROPOSALS = "naru.replication.InSyncProposals";
        private static final String PARTITION = "naru.broker.Partition";
        private static final String CHANGE = "naru.metadata.PartitionChange";
    }

    private final List<Sabotage> places;

    ClusterBug(Sabotage... places) {
        this.places = List.of(places);
    }

    private static MethodTypeDesc type(String descriptor) {
        return MethodTypeDesc.ofDescriptor(descriptor);
    }

    private static void leaderAlone(CodeBuilder code) {
        var acks = ClassDesc.of("naru.replication.LeaderInput$Acks");
        code.getstatic(acks, "LEADER", acks);
    }

    /** Where it is planted in the product; nowhere when it is planted in the world around it. */
    List<Sabotage> places() {
        return places;
    }

    /** Plants what is planted in the world. */
    void plantIn(ClusterWorld world) {
        switch (this) {
            case BELIEVES_OLD_CONTROLLERS -> world.believeOldControllers();
            case DISKS_LIE_ABOUT_SYNCS -> world.machines().forEach(machine -> machine.disk().lieAboutSyncs());
            default -> { }
        }
    }
}
