package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import naru.base.TopicPartition;

/**
 * One story of a cluster: clients do what they do while everything goes wrong; then nothing goes wrong any more, and
 * everything that was promised has to be there, and everything has to be served again, within bounded time.
 */
final class ClusterSimulation {

    private static final long CALM_MS_MAX = 60_000;
    private static final long START_MS_MAX = 60_000;
    /** So long do clients write what they want to while a replica that began late is behind. */
    private static final long HURRY_MS = 5_000;
    /** How often checkers look into the machines. */
    static final long LOOK_MS = 250;

    /** What came of a story that convicted nobody. */
    record Report(long transcriptHash, long events, long acknowledged, long read, long transactions, int crashes, int pauses,
            int cuts, int elections, int controllers, long virtualMs) {

        @Override
        public String toString() {
            return String.format(java.util.Locale.ROOT, "story %016x, %d acknowledged, %d read, %d transactions, %d crashes, "
                    + "%d pauses, %d cuts, %d elections, %d controllers, %.1f s", transcriptHash, acknowledged, read,
                    transactions, crashes, pauses, cuts, elections, controllers, virtualMs / 1e3);
        }
    }

    /** What goes wrong, and when. */
    interface Plot {
        void play(ClusterWorld world);
    }

    private final ClusterWorld world;
    private final SimulatedRandomness dice;
    private final Transcript transcript;
    private final List<TopicPartition> partitions;
    private final List<Producer> producers = new ArrayList<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private final List<Committer> committers = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final ClusterChecks checks;
    private ClusterTrouble trouble;
    private final List<Workload> workloads = new ArrayList<>();
    private boolean over;

    ClusterSimulation(long seed, Transcript transcript, NodeUnderTest product, int nodes) {
        this(seed, transcript, product, nodes, false);
    }

    /** @param hasEngine the metadata is decided by the quorum's own engine */
    ClusterSimulation(long seed, Transcript transcript, NodeUnderTest product, int nodes, boolean hasEngine) {
        this.transcript = transcript;
        this.partitions = new ArrayList<>();
        for (int partition = 0; partition <= new SimulatedRandomness(seed).fork("partitions").nextInt(3); partition++) {
            partitions.add(new TopicPartition("orders", partition));
        }
        this.world = new ClusterWorld(seed, transcript, product, nodes, partitions, hasEngine);
        this.dice = world.dice().fork("story");
        this.checks = new ClusterChecks(world);
    }

    ClusterWorld world() {
        return world;
    }

    /** Lives through {@code troubleMs} of virtual time, in which the dice make trouble, and what follows. */
    Report run(long troubleMs) {
        return run(told -> {
            trouble.begin();
            told.timeline().runForMs(troubleMs);
        });
    }

    /** Lives through trouble that is written down, and what follows. */
    Report run(Plot plot) {
        world.machines().forEach(world::start);
        begin();
        look();
        letAllCatchUp();
        trouble = new ClusterTrouble(world, List.of(this::troubleWorkload, this::replaceProducer, this::replaceMember));
        plot.play(world);
        calmDown();
        workloads.forEach(Workload::stop);
        within(CALM_MS_MAX, "replicas out of sync", () -> ClusterTrouble.isHealthy(world));
        checkClients();
        checks.look();
        over = true;
        return new Report(transcript.hash(), transcript.count(), world.promises().acknowledgedCount(),
                world.promises().readCount(), world.history().committed(), trouble.crashes(), trouble.pauses(), trouble.cuts(),
                checks.elections(), world.metadata().moves(), world.timeline().nowNs() / 1_000_000);
    }

    private void begin() {
        workloads.add(new Payments(world, partitions.size()));
        workloads.add(new Surveyor("surveyor", world, partitions));
        if (world.dice().fork("movers").nextInt(3) != 0) {
            workloads.add(new Movers(world));
        }
        if (world.dice().fork("leaflets?").onceIn(2)) {
            workloads.add(new Leaflets(world));
        }
        if (world.dice().fork("gambles?").onceIn(3)) {
            workloads.add(new Gambles(world));
        }
        workloads.forEach(Workload::start);
        for (int i = 2 + dice.nextInt(3); i > 0; i--) {
            newProducer();
        }
        for (int i = 0; i < 2; i++) {
            consumers.add(new Consumer("consumer" + i, world, partitions));
            committers.add(new Committer("committer" + i, world, partitions.getFirst()));
            newMember();
        }
        consumers.forEach(Consumer::start);
        committers.forEach(Committer::start);
    }

    private void look() {
        if (Boolean.getBoolean("naru.cluster.tell")) {
            checks.tellState();
        }
        world.timeline().afterMs(LOOK_MS, () -> {
            if (!over) {
                checks.look();
                look();
            }
        });
    }

    private boolean isServing() {
        return hasTopics() && ClusterTrouble.isHealthy(world);
    }

    private boolean hasTopics() {
        return world.topics().stream().allMatch(topic -> world.metadata().cluster().topic(topic) != null);
    }

    /**
     * Trouble begins when every replica is in sync. One whose broker comes later than its partition begins behind, and where each fetch
     * brings a batch or two over a slow connection, it may get less than clients write meanwhile. No leader waits for a replica that has
     * never come to its end, so that may go on for ever, and is nobody's fault. But once hardly anybody writes, it has to be in sync soon.
     */
    private void letAllCatchUp() {
        if (world.timeline().runUntil(world.timeline().nowNs() + HURRY_MS * 1_000_000, this::isServing)) {
            return;
        }
        world.timeline().tell("clients rest until all replicas are in sync");
        world.mayWrite(false);
        within(START_MS_MAX, "no partition to write to", this::hasTopics);
        within(START_MS_MAX, "replicas out of sync", this::isServing);
        world.mayWrite(true);
    }

    private void calmDown() {
        trouble.end();
        producers.forEach(Producer::stop);
        world.becomeCalm();
        // A folder that failed stays offline until somebody looks after it and starts the broker again.
        world.machines().stream().filter(trouble::hasBroken).forEach(world::kill);
        world.machines().forEach(world::start);
    }

    private void checkClients() {
        committers.forEach(Committer::check);
        within(CALM_MS_MAX, "committed offsets nobody tells", () -> committers.stream().allMatch(Committer::isChecked));
        within(CALM_MS_MAX, "members without their share", this::areMembersSettled);
        within(CALM_MS_MAX, "clients that cannot end what they began", () -> workloads.stream().allMatch(Workload::isQuiet));
        workloads.forEach(Workload::audit);
        within(CALM_MS_MAX, "auditors that do not come to an end", () -> workloads.stream().allMatch(Workload::isAudited));
        workloads.forEach(Workload::judge);
        within(CALM_MS_MAX, "unanswered batches", () -> producers.stream().allMatch(Producer::isIdle));
        within(CALM_MS_MAX, "consumers behind", () -> consumers.stream().allMatch(Consumer::isCaughtUp));
        consumers.forEach(Consumer::stop);
        var auditor = new Consumer("auditor", world, partitions);
        auditor.start();
        within(CALM_MS_MAX, "an auditor that cannot read", auditor::isCaughtUp);
        auditor.positions().forEach(world.promises()::complete);
    }

    private void within(long ms, String what, BooleanSupplier done) {
        boolean isDone = world.timeline().runUntil(world.timeline().nowNs() + ms * 1_000_000, done);
        if (!isDone) {
            checks.tellState();
            workloads.forEach(Workload::tellUnquiet);
        }
        unless(isDone, "nothing is wrong for " + ms + " ms, and there are still " + what);
    }

    private boolean areMembersSettled() {
        var alive = members.stream().filter(member -> !member.isStopped()).toList();
        long owned = alive.stream().mapToLong(member -> member.owned().size()).sum();
        return alive.stream().allMatch(Member::isSettled)
                && alive.stream().map(Member::generation).distinct().count() == 1
                && owned == partitions.size();
    }

    private void newMember() {
        var fresh = new Member("member" + members.size(), world, partitions);
        members.add(fresh);
        fresh.start();
    }

    private void troubleWorkload() {
        workloads.get(dice.nextInt(workloads.size())).trouble();
    }

    /** The first is one whom much is promised. */
    private void newProducer() {
        boolean idempotent = dice.nextInt(3) != 0 || producers.isEmpty();
        short acks = (short) (idempotent ? -1 : dice.nextInt(3) - 1);
        var fresh = new Producer("producer" + producers.size(), world, partitions, acks, idempotent);
        producers.add(fresh);
        fresh.start();
    }

    private void replaceProducer() {
        producers.get(dice.nextInt(producers.size())).stop();
        newProducer();
    }

    private void replaceMember() {
        members.get(dice.nextInt(members.size())).stop();
        newMember();
    }
}
