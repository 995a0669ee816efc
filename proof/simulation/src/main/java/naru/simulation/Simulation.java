package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.List;
import naru.base.TopicPartition;

/**
 * One story: clients produce and consume while everything goes wrong, then nothing goes wrong any more and everything
 * that was promised has to be there within bounded time.
 */
public final class Simulation {

    private static final long CALM_MS_MAX = 120_000;

    /** What came of a story that convicted nobody. */
    public record Report(long transcriptHash, long events, long acknowledged, long read, int crashes, int clientsKilled,
            String tally) {}

    private final World world;
    private final SimulatedRandomness dice;
    private final List<Producer> producers = new ArrayList<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private final List<Committer> committers = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Transcript transcript;
    private final List<Workload> workloads = new ArrayList<>();
    private Cast cast = Cast.EVERYBODY;
    private boolean trouble = true;
    private int crashes;

    public Simulation(long seed, Transcript transcript, BrokerUnderTest broker) {
        this.transcript = transcript;
        var first = new SimulatedRandomness(seed).fork("partitions");
        for (int partition = 0; partition <= first.nextInt(3); partition++) {
            partitions.add(new TopicPartition("orders", partition));
        }
        this.world = new World(seed, transcript, broker, partitions);
        this.dice = world.dice().fork("story");
    }

    public World world() {
        return world;
    }

    /** Only some play, and what they live through is made for them. */
    Simulation only(Cast players) {
        cast = players;
        return this;
    }

    List<Workload> workloads() {
        return workloads;
    }

    /** Lives through {@code troubleMs} of virtual time and what follows. */
    public Report run(long troubleMs) {
        world.startBroker();
        beginClients();
        planTrouble();
        world.timeline().runForMs(troubleMs);
        trouble = false;
        world.becomeCalm();
        producers.forEach(Producer::stop);
        // A folder that failed stays offline until somebody looks after it and starts the broker again.
        if (world.isRunning()) {
            world.killBroker();
        }
        world.startBroker();
        checkGroups();
        checkWorkloads();
        becomeCalm("unanswered batches", () -> producers.stream().allMatch(Producer::isIdle));
        if (cast == Cast.EVERYBODY) {
            readEverything();
        }
        return new Report(transcript.hash(), transcript.count(),
                world.promises().acknowledgedCount(), world.promises().readCount(), crashes,
                workloads.stream().mapToInt(Workload::kills).sum(),
                String.join(", ", workloads.stream().map(Workload::tally).toList()));
    }

    private void beginClients() {
        if (world.isWhole()) {
            workloads.addAll(cast.workloads(world, partitions.size()));
            workloads.forEach(Workload::start);
        }
        if (cast == Cast.EVERYBODY) {
            beginOthers();
        }
    }

    private void beginOthers() {
        int count = 2 + dice.nextInt(3);
        for (int i = 0; i < count; i++) {
            newProducer();
        }
        for (int i = 0; i < 2; i++) {
            consumers.add(new Consumer("consumer" + i, world, partitions));
        }
        consumers.forEach(Consumer::start);
        if (world.isWhole()) {
            for (int i = 0; i < 2; i++) {
                committers.add(new Committer("committer" + i, world, partitions.getFirst()));
                newMember();
            }
            committers.forEach(Committer::start);
        }
    }

    private void newMember() {
        var fresh = new Member("member" + members.size(), world, partitions);
        members.add(fresh);
        fresh.start();
    }

    private void checkGroups() {
        committers.forEach(Committer::check);
        becomeCalm("committed offsets nobody tells", () -> committers.stream().allMatch(Committer::isChecked));
        becomeCalm("members without their share", this::areMembersSettled);
    }

    private void checkWorkloads() {
        workloads.forEach(Workload::stop);
        becomeCalm("clients that cannot end what they began", () -> workloads.stream().allMatch(Workload::isQuiet));
        workloads.forEach(Workload::audit);
        becomeCalm("auditors that do not come to an end", () -> workloads.stream().allMatch(Workload::isAudited));
        workloads.forEach(Workload::judge);
    }

    private boolean areMembersSettled() {
        var alive = members.stream().filter(member -> !member.isStopped()).toList();
        long owned = alive.stream().mapToLong(member -> member.owned().size()).sum();
        return alive.isEmpty()
                || alive.stream().allMatch(Member::isSettled)
                && alive.stream().map(Member::generation).distinct().count() == 1
                && owned == partitions.size();
    }

    private void newProducer() {
        boolean idempotent = dice.nextInt(3) != 0;
        short acks = (short) (idempotent ? -1 : dice.nextInt(3) - 1);
        var fresh = new Producer("producer" + producers.size(), world, partitions, acks, idempotent);
        producers.add(fresh);
        fresh.start();
    }

    private void readEverything() {
        becomeCalm("consumers behind", () -> consumers.stream().allMatch(Consumer::isCaughtUp));
        // Long enough that a question left without an answer is noticed.
        world.timeline().runForMs(Caller.PATIENCE_MS + 1_000);
        consumers.forEach(Consumer::stop);
        var auditor = new Consumer("auditor", world, partitions);
        auditor.start();
        becomeCalm("an auditor that cannot read", auditor::isCaughtUp);
        auditor.positions().forEach(world.promises()::complete);
    }

    private void becomeCalm(String what, java.util.function.BooleanSupplier done) {
        long untilNs = world.timeline().nowNs() + CALM_MS_MAX * 1_000_000;
        boolean calm = world.timeline().runUntil(untilNs, done);
        if (!calm) {
            workloads.forEach(Workload::tellUnquiet);
        }
        unless(calm,
                "all trouble has been over for " + CALM_MS_MAX + " ms, and there are still " + what);
    }

    private void planTrouble() {
        world.timeline().afterMs(cast.msToTrouble(dice), () -> {
            if (!trouble) {
                return;
            }
            if (cast == Cast.EVERYBODY) {
                makeTrouble();
            } else {
                kill();
            }
            planTrouble();
        });
    }

    private void kill() {
        switch (dice.nextInt(cast == Cast.PAYMENTS ? 5 : 9)) {
            case 0 -> crash(world::killBroker);
            case 1 -> crash(world::cutPower);
            case 5 -> severSomebody();
            case 6 -> slowDown();
            case 7 -> jump(dice.onceIn(4) ? dice.between(-600_000, 600_000) : dice.between(-300, 300));
            case 8 -> {
                if (dice.onceIn(3)) {
                    world.failSyncs(dice.between(20, 200));
                }
            }
            default -> troubleSomebody();
        }
    }

    private void troubleSomebody() {
        workloads.get(dice.nextInt(workloads.size())).trouble();
    }

    private void severSomebody() {
        var link = world.network().any();
        if (link != null) {
            link.sever("cable pulled");
        }
    }

    private void slowDown() {
        world.disk().slowness(dice.onceIn(2) ? 1 : 1 + dice.nextInt(60));
    }

    private void makeTrouble() {
        switch (dice.nextInt(world.isWhole() ? 15 : 10)) {
            case 0 -> crash(world::killBroker);
            case 1 -> crash(world::cutPower);
            case 2, 3 -> severSomebody();
            case 4 -> world.disk().shortReadOnceIn(dice.nextInt(5));
            case 5 -> jump(dice.between(-600_000, 600_000));
            case 6 -> slowDown();
            case 7 -> {
                producers.get(dice.nextInt(producers.size())).stop();
                newProducer();
                if (!members.isEmpty()) {
                    members.get(dice.nextInt(members.size())).stop();
                    newMember();
                }
            }
            case 10 -> world.fillDisk(dice.between(100, 2_000));
            case 11 -> world.failSyncs(dice.between(50, 500));
            case 12, 13, 14 -> troubleSomebody();
            default -> world.promises().atNextAcknowledgement(() ->
                    world.timeline().after(dice.onceIn(2) ? 0 : dice.nextLong(3_000_000), () -> crash(world::cutPower)));
        }
    }

    private void jump(long ms) {
        world.timeline().tell("wall clock jumps by " + ms + " ms");
        world.clock().jumpMs(ms);
    }

    private void crash(Runnable how) {
        if (!world.isRunning() || !trouble) {
            return;
        }
        crashes++;
        how.run();
        world.timeline().afterMs(cast.msDown(dice), () -> {
            if (!world.isRunning()) {
                world.startBroker();
            }
        });
    }
}
