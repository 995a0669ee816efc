package naru.coordination.shares;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import naru.protocol.message.ShareGroupHeartbeatRequest;
import naru.protocol.message.ShareGroupHeartbeatResponse;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a share group beside a naive model: members that come, go, fall silent, are late or one too many,
 * topics that appear, grow and go, coordinators of share partitions that answer late or not at all, a log that fails.
 * After every step the model has said the same and knows the same, and so does a shard that loads the log, compacted or not.
 */
class ShareGroupModelTest {

    private static final int RUNS = Integer.getInteger("naru.runs", 150);
    private static final int STEPS = 100;
    private static final List<String> TOPICS = List.of("a", "b", "c");

    /** One life of a group. */
    private static final class Life {
        private final Random random;
        private final long seed;
        private final ShareStory story;
        private final NaiveShareGroup model;
        private String where;

        Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            int membersMax = 2 + random.nextInt(4);
            this.story = new ShareStory(membersMax);
            this.model = new NaiveShareGroup(story.topics, membersMax);
            TOPICS.stream().filter(_ -> random.nextBoolean()).forEach(name -> story.topics.put(name, 1 + random.nextInt(4)));
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                where = "seed " + seed + ", step " + step;
                story.answering = random.nextInt(4) > 0 ? ShareStory.Answering.DONE
                        : ShareStory.Answering.values()[random.nextInt(4)];
                model.coordinators = story.answering == ShareStory.Answering.LATER ? null : story::outcomeOf;
                boolean fails = random.nextInt(10) == 0;
                story.isFailing = fails;
                model.isFailing = fails;
                step();
                same(story.isFailing, model.isFailing, "as many writes");
                same(story.described(), model.described(), "known");
                same(story.said, model.said, "said of leaving");
            }
            load();
        }

        private void step() {
            switch (random.nextInt(20)) {
                case 0 -> changeTopics();
                case 1 -> pass(random.nextInt(60_000));
                case 2, 3 -> pass(random.nextInt(20_000));
                case 4 -> {
                    if (random.nextInt(3) == 0) {
                        load();
                    }
                }
                case 5 -> {
                    if (model.coordinators != null) {
                        assertThat(story.delete()).as(where).isEqualTo(model.delete().code());
                    }
                }
                case 6, 7 -> {
                    if (model.coordinators != null) {
                        story.answer();
                        model.answer();
                    }
                }
                default -> talk();
            }
        }

        /** Members speak, some of them before others are answered. */
        private void talk() {
            var requests = new ArrayList<ShareGroupHeartbeatRequest>();
            for (int left = 1 + Math.max(0, random.nextInt(6) - 3); left > 0; left--) {
                requests.add(request());
            }
            var answers = requests.stream().map(story::heartbeat).toList();
            story.commitLog();
            for (int i = 0; i < answers.size(); i++) {
                check(requests.get(i), answers.get(i), model.heartbeat(requests.get(i), story.nowMs));
            }
        }

        private void check(ShareGroupHeartbeatRequest request, AtomicReference<ShareGroupHeartbeatResponse> answer,
                NaiveShareGroup.Told expected) {
            assertThat(answer.get()).as("%s: an answer", where).isNotNull();
            TreeSet<ShareKey> told = null;
            if (answer.get().assignment() != null) {
                told = new TreeSet<>();
                for (var one : answer.get().assignment().topicPartitions()) {
                    for (int partition : one.partitions()) {
                        told.add(new ShareKey(ShareStory.GROUP, one.topicId(), partition));
                    }
                }
            }
            same(answer.get().errorCode(), expected.error().code(), request);
            same(answer.get().memberEpoch(), expected.epoch(), request);
            same(told, expected.assignment(), request);
        }

        /** Makes no words unless there is something to say. */
        private void same(Object live, Object expected, Object what) {
            if (!Objects.equals(live, expected)) {
                assertThat(live).as("%s: %s", where, what).isEqualTo(expected);
            }
        }

        private ShareGroupHeartbeatRequest request() {
            var id = random.nextInt(50) == 0 ? "" : "m" + random.nextInt(6);
            var known = model.members.get(id);
            int epoch = switch (random.nextInt(12)) {
                case 0, 1 -> -1;
                case 2 -> 0;
                case 3 -> known == null ? 1 : known.epochBefore;
                case 4 -> known == null ? 7 : known.epoch - 2 + random.nextInt(5);
                default -> known == null ? 0 : known.epoch;
            };
            boolean names = epoch == 0 ? random.nextInt(12) > 0 : random.nextInt(4) == 0;
            var topics = !names ? null : TOPICS.stream().filter(_ -> random.nextInt(3) > 0).toList();
            var rack = switch (random.nextInt(12)) {
                case 0 -> "r1";
                case 1 -> "r2";
                case 2 -> random.nextInt(3) == 0 ? "" : null;
                default -> null;
            };
            return new ShareGroupHeartbeatRequest(ShareStory.GROUP, id, epoch, rack, topics);
        }

        private void changeTopics() {
            var name = TOPICS.get(random.nextInt(TOPICS.size()));
            var shape = story.topics.named(name);
            boolean goes = shape != null && random.nextInt(3) == 0;
            if (goes) {
                story.topics.remove(name);
            } else {
                story.topics.put(name, shape == null ? 1 + random.nextInt(3) : shape.partitions() + 1);
            }
            story.onTopicsChanged(name, goes);
            model.onTopicsChanged();
        }

        private void pass(long ms) {
            long different = model.members.values().stream().mapToLong(one -> one.silentAtMs).distinct().count();
            if (different < model.members.size()) {
                // Of those who fall silent at once it is anybody's write that fails.
                story.isFailing = false;
                model.isFailing = false;
            }
            var before = List.copyOf(story.said);
            story.pass(ms);
            model.pass(story.nowMs);
            // And anybody's that comes first.
            story.said.subList(before.size(), story.said.size()).sort(null);
            model.said.subList(before.size(), model.said.size()).sort(null);
        }

        private void load() {
            var before = story.describedWithHash();
            assertThat(story.describedAfter(story.written)).as(where + ": loaded").isEqualTo(before);
            var compacted = story.compacted(random.nextInt(story.written.size() + 1));
            assertThat(story.describedAfter(compacted)).as(where + ": loaded after compaction").isEqualTo(before);
            if (random.nextBoolean()) {
                story.written = compacted;
            }
            story.restart();
            model.restart(story.nowMs);
        }
    }

    @Test
    void theGroupIsWhatTheModelSaysLiveAndLoaded() {
        for (long seed = Long.getLong("naru.seed", 1), end = seed + RUNS; seed < end; seed++) {
            new Life(seed).live();
        }
    }

    /** Too rare for the dice: the group is deleted and there again before those who were asked about its partitions answer. */
    @Test
    void aLateAnswerToAGroupThatWasDeletedTakesNothingFromTheNextOfItsName() {
        var story = new ShareStory(5);
        story.topics.put("a", 1);
        story.answering = ShareStory.Answering.LATER;
        story.heartbeat(new ShareGroupHeartbeatRequest(ShareStory.GROUP, "m", 0, null, List.of("a")));
        story.commitLog();
        story.heartbeat(new ShareGroupHeartbeatRequest(ShareStory.GROUP, "m", -1, null, null));
        story.commitLog();
        story.answering = ShareStory.Answering.DONE;
        assertThat(story.delete()).isZero();
        story.heartbeat(new ShareGroupHeartbeatRequest(ShareStory.GROUP, "n", 0, null, List.of("a")));
        story.commitLog();
        var before = story.described();
        story.answer();
        assertThat(story.described()).isEqualTo(before).contains("n in null wants [a]");
    }
}
