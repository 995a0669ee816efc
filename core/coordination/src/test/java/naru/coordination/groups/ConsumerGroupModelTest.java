package naru.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import naru.coordination.consumers.ConsumerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConsumerGroupDescribeRequest;
import naru.protocol.message.ConsumerGroupDescribeResponse;
import naru.protocol.message.ConsumerGroupHeartbeatResponse;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a group beside a naive model: consumers that come, go, die, lose answers and change their minds, a log
 * that fails, shards that are loaded anew. No partition ever has two users, and in the end everything is used, evenly.
 */
class ConsumerGroupModelTest {

    private static final int RUNS = Integer.getInteger("naru.runs", 300);
    private static final int STEPS = 150;
    private static final int SESSION_MS = 45_000;
    private static final List<String> TOPICS = List.of("a", "b", "c");

    /** One life of a group. */
    private static final class Life {
        private final Random random;
        private final String where;
        private final GroupStory story = new GroupStory();
        private final List<ConsumerClient> clients = new ArrayList<>();
        /** Answers that have not come back yet, by client. */
        private final HashMap<ConsumerClient, Deque<AtomicReference<ConsumerGroupHeartbeatResponse>>> underWay = new HashMap<>();
        private final boolean sameTopics;
        private int born;

        Life(long seed) {
            this.random = new Random(seed);
            this.where = "seed " + seed;
            this.sameTopics = random.nextBoolean();
            TOPICS.forEach(name -> story.topics.put(name, 1 + random.nextInt(6)));
            if (random.nextBoolean()) {
                var d = ConsumerSettings.DEFAULT;
                story.consumers = new ConsumerSettings(d.sessionTimeoutMs(), d.heartbeatIntervalMs(), 0, d.membersMax(),
                        random.nextBoolean() ? d.assignors() : List.of("range", "uniform"), true, true,
                        d.classicMembersMax(), d.refreshIntervalMs(), d.groupsMax());
            }
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                step();
                checkOneUser();
            }
            settle();
        }

        private void step() {
            switch (random.nextInt(14)) {
                case 0 -> join();
                case 1 -> {
                    if (!clients.isEmpty()) {
                        var one = any();
                        one.leave(-1);
                        clients.remove(one);
                    }
                }
                case 2 -> {
                    if (!clients.isEmpty() && random.nextInt(3) == 0) {
                        clients.remove(any());
                    }
                }
                case 3 -> comeBack();
                case 4 -> {
                    if (!clients.isEmpty()) {
                        any().subscribe(choice());
                    }
                }
                case 5 -> pass(random.nextInt(8_000));
                case 6 -> {
                    if (story.isWaiting() && random.nextInt(3) == 0) {
                        story.failLog(ErrorCode.NOT_ENOUGH_REPLICAS);
                    }
                }
                case 7 -> {
                    if (random.nextInt(6) == 0) {
                        restart();
                    } else if (random.nextInt(4) == 0) {
                        grow();
                    }
                }
                default -> talk();
            }
            if (random.nextBoolean()) {
                story.commitLog();
            } else if (story.isWaiting()) {
                story.commitOne();
            }
            hear();
        }

        private void pass(long ms) {
            story.pass(ms);
            clients.stream().filter(one -> one.epoch > 0 && story.nowMs - one.heardAtMs >= SESSION_MS).forEach(ConsumerClient::forget);
        }

        private void grow() {
            var name = TOPICS.get(random.nextInt(TOPICS.size()));
            story.topics.put(name, story.topics.named(name).partitions() + 1);
            story.shard.onTopicsChanged(new TreeSet<>(List.of(name)));
        }

        private void restart() {
            if (random.nextBoolean()) {
                story.compactBehindNewProfiles();
            }
            story.restart();
            forgetAnswers();
        }

        /** A client that hears nothing says everything again. */
        private void forgetAnswers() {
            underWay.keySet().forEach(ConsumerClient::sayEverything);
            underWay.clear();
        }

        private ConsumerClient any() {
            return clients.get(random.nextInt(clients.size()));
        }

        private List<String> choice() {
            return sameTopics ? TOPICS : TOPICS.stream().filter(_ -> random.nextInt(3) > 0).toList();
        }

        private void join() {
            if (clients.size() < 5) {
                var one = new ConsumerClient(story, "m" + ++born, random.nextInt(4) == 0 ? "i" + born : null, choice());
                clients.add(one);
                send(one);
            }
        }

        /** A static member goes for a while and returns under another id. */
        private void comeBack() {
            var statics = clients.stream().filter(one -> one.instanceId != null && one.epoch > 0).toList();
            if (!statics.isEmpty()) {
                var one = statics.get(random.nextInt(statics.size()));
                one.leave(-2);
                clients.remove(one);
                clients.add(new ConsumerClient(story, "m" + ++born, one.instanceId, one.topics));
            }
        }

        private void talk() {
            if (!clients.isEmpty()) {
                var one = any();
                if (random.nextInt(3) > 0) {
                    one.obey();
                }
                if (!underWay.containsKey(one)) {
                    send(one);
                }
            }
        }

        private void send(ConsumerClient one) {
            underWay.computeIfAbsent(one, _ -> new ArrayDeque<>()).add(one.send());
        }

        private void hear() {
            for (var one : List.copyOf(clients)) {
                var answers = underWay.get(one);
                if (answers != null && answers.peek().get() != null) {
                    var answer = answers.poll().get();
                    underWay.remove(one);
                    boolean lost = random.nextInt(12) == 0;
                    if (lost) {
                        one.sayEverything();
                    } else {
                        one.take(answer);
                    }
                }
            }
        }

        private void checkOneUser() {
            var users = new HashMap<ConsumerClient.Used, String>();
            for (var one : clients) {
                for (var partition : one.used) {
                    assertThat(users.put(partition, one.memberId)).as(where + ": two users of " + partition).isNull();
                }
            }
        }

        private void settle() {
            forgetAnswers();
            for (int round = 0; round < 120; round++) {
                story.commitLog();
                for (var one : clients) {
                    one.obey();
                    one.talk();
                    one.obey();
                }
                checkOneUser();
                pass(1_000);
            }
            checkEnd();
            var before = described();
            story.restart();
            assertThat(described()).as(where + ": the same after loading").isEqualTo(before);
        }

        private void checkEnd() {
            var used = new TreeSet<ConsumerClient.Used>();
            clients.forEach(one -> used.addAll(one.used));
            int expected = TOPICS.stream().filter(name -> clients.stream().anyMatch(one -> one.topics.contains(name)))
                    .mapToInt(name -> story.topics.named(name).partitions()).sum();
            assertThat(used.size()).as(where + ": everything is used, " + described()).isEqualTo(expected);
            if (!clients.isEmpty()) {
                assertThat(described().groupState()).as(where).isEqualTo("Stable");
            }
            if (sameTopics && !clients.isEmpty() && story.consumers.assignors().getFirst().equals("uniform")) {
                int most = clients.stream().mapToInt(one -> one.used.size()).max().orElse(0);
                int least = clients.stream().mapToInt(one -> one.used.size()).min().orElse(0);
                assertThat(most - least).as(where + ": evenly").isLessThanOrEqualTo(1);
            }
        }

        private ConsumerGroupDescribeResponse.DescribedGroup described() {
            var answer = new AtomicReference<ConsumerGroupDescribeResponse>();
            story.shard.describeConsumerGroups(new ConsumerGroupDescribeRequest(List.of(GroupStory.GROUP), false),
                    GroupStory.CLIENT, 1, answer::set);
            return answer.get().groups().getFirst();
        }
    }

    @Test
    void noPartitionEverHasTwoUsersAndInTheEndAllAreUsed() {
        for (long seed = Long.getLong("naru.seed", 1), end = seed + RUNS; seed < end; seed++) {
            new Life(seed).live();
        }
    }
}
