package naru.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.OffsetRange;
import naru.log.EpochEnd;

/**
 * The replicas of one partition, their controller, and everything between them that comes late, twice or never: all out of one
 * seed. What must always be true is looked at where it could become false.
 */
final class Replicas {

    final Random dice;
    final Bug bug;
    final Durability durability;
    final int inSyncMin;
    final NaiveController controller;
    final List<Replica> replicas = new ArrayList<>();
    long nowMs = 1_000_000;
    int acknowledgements;
    int elections;
    int cutsBelow;
    private final boolean mayElectUncleanly;
    private final ArrayList<Runnable> mail = new ArrayList<>();
    // What some leader showed to consumers, and what was acknowledged to those who waited for all.
    private final TreeMap<Long, NaiveLog.Entry> committed = new TreeMap<>();
    private final TreeSet<Long> promised = new TreeSet<>();
    private boolean unclean;
    private boolean healing;
    private long values;
    // Who is about to join the in-sync set: what happens to it just now is worth more than what happens to others.
    private int joining;

    Replicas(long seed, Bug bug) {
        this.dice = new Random(seed);
        this.bug = bug;
        int count = 3 + dice.nextInt(3);
        inSyncMin = 1 + dice.nextInt(2);
        durability = Durability.values()[dice.nextInt(3)];
        mayElectUncleanly = bug == Bug.NONE && dice.nextInt(4) == 0;
        controller = new NaiveController(count, inSyncMin);
        for (int id = 0; id < count; id++) {
            replicas.add(new Replica(this, id));
        }
        replicas.forEach(Replica::startAgain);
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            if (i % 40 == 0) {
                compareLogs();
            }
        }
        compareLogs();
        heal();
    }

    private void step() {
        int unlucky = dice.nextBoolean() ? joining : dice.nextInt(replicas.size());
        var any = replicas.get(dice.nextInt(replicas.size()));
        var victim = replicas.get(unlucky);
        nowMs += dice.nextInt(4);
        switch (dice.nextInt(40)) {
            case 0, 1, 2, 3, 4 -> any.appends();
            case 5, 6, 7 -> any.syncs();
            case 8, 9, 10, 11 -> any.timePasses();
            case 12, 13, 14, 15, 16 -> any.hearsRecord();
            case 17 -> crash(victim);
            case 18, 19 -> revive(victim);
            case 20 -> controller.fence(victim.id);
            case 21, 22 -> unfence(victim);
            case 23 -> {
                if (dice.nextInt(4) == 0) {
                    controller.moveLeadership(any.id);
                }
            }
            case 24 -> {
                if (mayElectUncleanly && dice.nextInt(4) == 0) {
                    electUncleanly(any);
                }
            }
            case 25 -> any.deletesOldRecords();
            default -> deliver();
        }
    }

    private void electUncleanly(Replica any) {
        if (controller.electUncleanly(any.id)) {
            forgetWhatLacks(any);
        }
    }

    /** A kill leaves the page cache, a power cut what was synced: that much only {@code fsync} promises to survive at any time. */
    private void crash(Replica any) {
        if (any.alive && dice.nextInt(3) == 0) {
            var state = controller.now();
            boolean wiped = !state.inSync().contains(any.id) && !state.eligible().contains(any.id) && dice.nextBoolean();
            any.die(durability == Durability.FSYNC && dice.nextBoolean(), wiped);
            if (wiped) {
                controller.fence(any.id);
            }
        }
    }

    private void revive(Replica any) {
        if (!any.alive) {
            any.startAgain();
        }
    }

    private void unfence(Replica any) {
        if (any.alive && !controller.live.containsKey(any.id)) {
            controller.unfence(any.id, any.brokerEpoch);
        }
    }

    private void deliver() {
        if (mail.isEmpty()) {
            return;
        }
        int which = dice.nextInt(3) == 0 ? dice.nextInt(mail.size()) : 0;
        int fate = healing ? 1 : dice.nextInt(30);
        var one = fate == 0 ? mail.get(which) : mail.remove(which); // 0: it comes once more
        one.run();
    }

    void later(Runnable what) {
        mail.add(what);
    }

    /** From one broker to another: may be lost. */
    private void send(Runnable what, Runnable whenLost) {
        if (!healing && dice.nextInt(15) == 0) {
            mail.add(whenLost);
        } else {
            mail.add(what);
        }
    }

    // Between replicas.

    void fetch(Replica from, FetchPoint said, FetchPoint asked) {
        long epoch = from.brokerEpoch;
        send(() -> replicas.get(asked.leaderId()).onFetch(said, from.id, epoch, answers(from, said, asked)),
                () -> from.onAnswer(new FollowerInput.NotAnswered(asked), List.of()));
    }

    /** What was asked without epochs is answered as if it had been asked with them: so the mistake stays the follower's. */
    private Replica answers(Replica to, FetchPoint said, FetchPoint asked) {
        if (!said.equals(asked)) {
            asWasAsked.put(said, asked);
        }
        return to;
    }

    private final java.util.HashMap<FetchPoint, FetchPoint> asWasAsked = new java.util.HashMap<>();

    void answer(Replica to, FollowerInput input) {
        answer(to, input, List.of());
    }

    void answer(Replica to, FollowerInput input, List<NaiveLog.Entry> records) {
        int life = to.life;
        var restored = restored(input);
        send(() -> {
            if (to.life == life) {
                to.onAnswer(restored, records);
            }
        }, () -> {
            if (to.life == life && restored instanceof FollowerInput.Fetched fetched) {
                to.onAnswer(new FollowerInput.NotAnswered(fetched.asked()), List.of());
            } else if (to.life == life) {
                to.onAnswer(restored, records);
            }
        });
    }

    private FollowerInput restored(FollowerInput input) {
        return switch (input) {
            case FollowerInput.Fetched(var at, boolean has, long mark, long start) ->
                    new FollowerInput.Fetched(asWasAsked.getOrDefault(at, at), has, mark, start);
            case FollowerInput.OutOfRange(var at) -> new FollowerInput.OutOfRange(asWasAsked.getOrDefault(at, at));
            case FollowerInput.Fenced(var at) -> new FollowerInput.Fenced(asWasAsked.getOrDefault(at, at));
            case FollowerInput.NotAnswered(var at) -> new FollowerInput.NotAnswered(asWasAsked.getOrDefault(at, at));
            default -> input;
        };
    }

    void answer(Replica to, FetchPoint asked, EpochEnd end) {
        int life = to.life;
        later(() -> {
            if (to.life == life) {
                to.onDiverged(asWasAsked.getOrDefault(asked, asked), end);
            }
        });
    }

    void askRange(Replica from, FetchPoint at) {
        int life = from.life;
        send(() -> {
            var asked = replicas.get(at.leaderId());
            boolean leads = asked.alive && asked.leads() && asked.leaderEpoch() == at.leaderEpoch();
            if (from.life == life) {
                from.onAnswer(leads ? new FollowerInput.LeaderHolds(at, asked.log.start(), asked.log.end())
                        : new FollowerInput.NotAnswered(at), List.of());
            }
        }, () -> from.onAnswer(new FollowerInput.NotAnswered(at), List.of()));
    }

    void propose(Replica from, int leaderEpoch, LeaderEffect.ProposeInSyncSet proposal) {
        int life = from.life;
        var members = new TreeMap<>(proposal.members());
        members.keySet().stream().filter(id -> !from.leader.inSync().contains(id)).forEach(id -> joining = id);
        if (bug == Bug.BROKER_EPOCH_NOT_SAID) {
            members.replaceAll((_, _) -> -1L);
        }
        var sent = new boolean[1];
        Runnable asks = () -> {
            if (sent[0]) {
                return; // a connection loses, but repeats nothing
            }
            sent[0] = true;
            var before = controller.now().inSync();
            var verdict = controller.alter(from.id, leaderEpoch, members, proposal.partitionEpoch());
            boolean committed = verdict == NaiveController.Verdict.COMMITTED;
            if (committed && !unclean) {
                members.keySet().stream().filter(id -> !before.contains(id))
                        .forEach(id -> hasAllThatIsCommitted(replicas.get(id), id + ", which joins,"));
            }
            send(() -> onVerdict(from, life, leaderEpoch, proposal, verdict, committed ? controller.now() : null),
                    () -> onLost(from, life, leaderEpoch, proposal));
        };
        if (!healing && dice.nextInt(8) == 0) { // the question comes later than the word that it is lost
            later(() -> onLost(from, life, leaderEpoch, proposal));
            later(asks);
        } else {
            send(asks, () -> onLost(from, life, leaderEpoch, proposal));
        }
    }

    private void onLost(Replica from, int life, int leaderEpoch, LeaderEffect.ProposeInSyncSet proposal) {
        if (from.life == life && from.leads() && from.leaderEpoch() == leaderEpoch) {
            from.lead(new LeaderInput.ProposalLost(proposal.number()));
        }
    }

    private void onVerdict(
            Replica from, int life, int leaderEpoch, LeaderEffect.ProposeInSyncSet proposal, NaiveController.Verdict verdict,
            NaiveController.State state) {
        if (from.life != life || !from.leads() || from.leaderEpoch() != leaderEpoch) {
            return;
        }
        if (verdict == NaiveController.Verdict.REFUSED) {
            from.lead(new LeaderInput.ProposalRefused(proposal.number()));
        } else if (bug == Bug.LATE_PROPOSAL_TAKEN && state != null) {
            // The record about what came after it may have been heard by now.
            var taken = new ReplicaSets(ids(), state.inSync(), from.leader.partitionEpoch() + 1);
            from.lead(new LeaderInput.InSyncSetConfirmed(taken));
        }
    }

    // What the replicas are made of.

    ReplicaSets setsOf(NaiveController.State state) {
        return new ReplicaSets(ids(), state.inSync(), state.partitionEpoch());
    }

    private TreeSet<Integer> ids() {
        var ids = new TreeSet<Integer>();
        replicas.forEach(one -> ids.add(one.id));
        return ids;
    }

    PartitionLeader leader(Replica of, ReplicaSets sets, Holding holding) {
        LiveBrokers live = id -> controller.live.getOrDefault(id, -1L);
        return Mistakes.leader(bug, of.rules(), sets, live, holding, nowMs);
    }

    PartitionFollower follower(Replica of, Durability policy, Holding holding, int lastEpoch) {
        return Mistakes.follower(bug, of.log, policy, holding, lastEpoch);
    }

    long nextValue() {
        return ++values;
    }

    // What must be true.

    void onLeading(Replica one, NaiveController.State state) {
        elections++;
        if (state.unclean()) {
            forgetWhatLacks(one);
            return;
        }
        if (state.partitionEpoch() < controller.now().partitionEpoch()) {
            return; // it will hear so
        }
        hasAllThatIsCommitted(one, "leader " + one.id + " of epoch " + state.leaderEpoch());
    }

    private void hasAllThatIsCommitted(Replica one, String who) {
        for (var entry : committed.tailMap(one.log.start(), true).entrySet()) {
            assertThat(entry.getKey()).as("%s lacks what was committed", who).isLessThan(one.log.end());
            assertThat(one.log.at(entry.getKey())).as("%s at %s", who, entry.getKey()).isEqualTo(entry.getValue());
        }
    }

    private void forgetWhatLacks(Replica one) {
        unclean = true;
        committed.tailMap(one.log.end(), true).clear();
        committed.entrySet().removeIf(entry -> entry.getKey() >= one.log.start() && !one.log.at(entry.getKey()).equals(entry.getValue()));
        promised.clear();
    }

    void mark(Replica one, long highWatermark) {
        if (!unclean) {
            assertThat(highWatermark).as("high watermark of %s", one.id).isGreaterThanOrEqualTo(one.highWatermark);
        }
        one.highWatermark = highWatermark;
    }

    void committed(Replica one, long highWatermark) {
        if (unclean && controller.now().leaderEpoch() != one.leaderEpoch()) {
            return;
        }
        for (long offset = Math.max(one.log.start(), 0); offset < highWatermark; offset++) {
            var entry = one.log.at(offset);
            var known = committed.putIfAbsent(offset, entry);
            if (known != null) {
                assertThat(entry).as("what %s shows at %s", one.id, offset).isEqualTo(known);
            }
        }
    }

    void acknowledged(Replica by, OffsetRange at, SortedSet<Integer> inSync) {
        acknowledgements++;
        if (unclean) {
            return;
        }
        assertThat(committed).as("acknowledged by %s, and not committed", by.id).containsKeys(at.first(), at.end() - 1);
        promised.add(committed.get(at.first()).value());
        int memory = 0;
        int disk = 0;
        for (int id : inSync) {
            var holder = replicas.get(id).log;
            memory += holder.end() >= at.end() ? 1 : 0;
            disk += holder.durable() >= at.end() ? 1 : 0;
        }
        if (!inSync.equals(controller.now().inSync())) {
            return; // who left meanwhile owes nothing
        }
        assertThat(inSync.size()).as("in sync").isGreaterThanOrEqualTo(inSyncMin);
        switch (durability) {
            case AUTO -> assertThat(memory >= 2 || disk >= 1).as("in two memories or on one disk").isTrue();
            case FSYNC -> assertThat(disk).as("disks").isEqualTo(inSync.size());
            case MEMORY -> assertThat(memory).as("memories").isEqualTo(inSync.size());
        }
    }

    void acknowledgedBlindly(Long value) {
        if (value != null) {
            promised.add(value);
        }
    }

    void lost(Replica one, OffsetRange lost) {
        assertThat(unclean).as("%s gives up %s, which was committed", one.id, lost).isTrue();
        cutsBelow++;
    }

    private boolean isSettled() {
        return controller.now().leader() >= 0 && controller.now().inSync().size() == replicas.size()
                && replicas.stream().allMatch(one -> one.highWatermark == replicas.getFirst().log.end() && one.log.end() == one.highWatermark);
    }

    private void compareLogs() {
        for (var one : replicas) {
            for (var other : replicas) {
                long from = Math.max(one.log.start(), other.log.start());
                long to = Math.min(one.log.end(), other.log.end());
                boolean same = true;
                // Where two logs have a record of one epoch at one offset, all before it is the same.
                for (long offset = to - 1; offset >= from; offset--) {
                    var mine = one.log.at(offset);
                    var theirs = other.log.at(offset);
                    boolean agree = mine.equals(theirs);
                    assertThat(agree || mine.epoch() != theirs.epoch()).as("%s and %s at %s", one.id, other.id, offset).isTrue();
                    assertThat(agree || same).as("%s and %s part at %s and meet again", one.id, other.id, offset).isTrue();
                    same = !agree;
                }
            }
        }
    }

    /** Faults end: soon all are in sync, nothing waits, and what was promised is there. */
    private void heal() {
        healing = true;
        replicas.forEach(this::revive);
        replicas.forEach(this::unfence);
        for (int i = 0; i < 600 && !(i > 120 && isSettled()); i++) {
            nowMs += 5;
            for (int letters = mail.size(); letters > 0; letters--) {
                deliver();
            }
            for (var one : replicas) {
                one.hearsRecord();
                one.timePasses();
                one.syncs();
            }
            if (i % 20 == 0 && i < 100) {
                replicas.forEach(Replica::appends);
            }
        }
        compareLogs();
        if (controller.now().leader() < 0 && mayElectUncleanly) {
            return;
        }
        assertThat(controller.now().inSync()).as("in sync at the end").hasSize(replicas.size());
        var leading = replicas.get(controller.now().leader());
        var held = new TreeSet<Long>();
        for (long offset = leading.log.start(); offset < leading.log.end(); offset++) {
            held.add(leading.log.at(offset).value());
        }
        committed.headMap(leading.log.start()).values().forEach(entry -> held.add(entry.value()));
        assertThat(held).as("what was acknowledged").containsAll(promised);
        for (var one : replicas) {
            assertThat(one.log.end()).as("end of %s", one.id).isEqualTo(leading.log.end());
            assertThat(one.highWatermark).as("high watermark of %s", one.id).isEqualTo(leading.log.end());
        }
    }
}
