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
            long transactions) {}

    private final World world;
    private final SimulatedRandomness dice;
    private final List<Producer> producers = new ArrayList<>();
    private final List<Consumer> consumers = new ArrayList<>();
    private final List<Committer> committers = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Transcript transcript;
    private Payments payments;
    private boolean trouble = true;
    private boolean hectic;
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

    /** Nothing but transactions, and somebody is killed every few moments: the broker, its machine or a client. */
    public Simulation hectic() {
        hectic = true;
        return this;
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
        checkPayments();
        becomeCalm("unanswered batches", () -> producers.stream().allMatch(Producer::isIdle));
        if (!hectic) {
            readEverything();
        }
        return new Report(transcript.hash(), transcript.count(),
                world.promises().acknowledgedCount(), world.promises().readCount(), crashes,
                payments == null ? 0 : payments.kills(), world.history().committed());
    }

    private void beginClients() {
        if (world.isWhole()) {
            payments = new Payments(world, partitions.size());
            payments.start();
        }
        if (!hectic) {
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

    private void checkPayments() {
        if (payments == null) {
            return;
        }
        payments.stop();
        becomeCalm("open transactions, or payments that nobody answered", payments::isQuiet);
        var auditor = payments.audit();
        becomeCalm("transactions that hold the last stable offset",
                () -> auditor.isCaughtUp() && payments.areOffsetsFound());
        world.history().check();
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
        if (!calm && payments != null) {
            payments.tellUnquiet();
        }
        unless(calm,
                "all trouble has been over for " + CALM_MS_MAX + " ms, and there are still " + what);
    }

    private void planTrouble() {
        world.timeline().afterMs(hectic ? dice.between(5, 200) : dice.between(50, 2_000), () -> {
            if (trouble && hectic) {
                kill();
                planTrouble();
            } else if (trouble) {
                makeTrouble();
                planTrouble();
            }
        });
    }

    private void kill() {
        switch (dice.nextInt(5)) {
            case 0 -> crash(world::killBroker);
            case 1 -> crash(world::cutPower);
            default -> payments.trouble();
        }
    }

    private void makeTrouble() {
        switch (dice.nextInt(world.isWhole() ? 15 : 10)) {
            case 0 -> crash(world::killBroker);
            case 1 -> crash(world::cutPower);
            case 2, 3 -> {
                var link = world.network().any();
                if (link != null) {
                    link.sever("cable pulled");
                }
            }
            case 4 -> world.disk().shortReadOnceIn(dice.nextInt(5));
            case 5 -> jump(dice.between(-600_000, 600_000));
            case 6 -> world.disk().slowness(dice.onceIn(2) ? 1 : 1 + dice.nextInt(60));
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
            case 12, 13, 14 -> payments.trouble();
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
        world.timeline().afterMs(dice.between(10, hectic ? 100 : 1_500), () -> {
            if (!world.isRunning()) {
                world.startBroker();
            }
        });
    }
}
