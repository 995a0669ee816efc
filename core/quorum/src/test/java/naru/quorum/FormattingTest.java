package naru.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.disk.FileDisk;
import naru.protocol.message.VotersRecord;
import naru.quorum.Formatting.Controller;
import naru.quorum.Formatting.Voters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormattingTest {

    private static final Uuid OURS = new Uuid(5, 1);
    private static final Uuid THEIRS = new Uuid(5, 2);

    private final FileDisk disk = new FileDisk();
    private final Randomness dice = new Randomness() {
        private long last = 100;

        @Override
        public long nextLong() {
            return last++;
        }

        @Override
        public int nextInt(int bound) {
            return (int) (last++ % bound);
        }
    };

    @TempDir
    Path base;

    private String folder(String name) {
        return base.resolve(name).toString();
    }

    private Formatting.Request request(Voters voters, Map<String, Short> features, boolean ignoresFormatted, String... folders) {
        return new Formatting.Request("cluster-1", 1, List.of(folders), folders[0], "CONTROLLER", voters,
                ReleaseVersions.levelOf("4.2"), features, ignoresFormatted);
    }

    private List<String> format(Formatting.Request request) {
        return Formatting.format(disk, request, dice, 1_000);
    }

    private LogWalk beginning(String folder) {
        var walk = new LogWalk(-1, new ArrayList<>());
        walk.snapshot(disk, folder + "/bootstrap.checkpoint", 0, 0);
        return walk;
    }

    private List<VotersRecord.Voter> voters(String folder) {
        var walk = new LogWalk(-1, new ArrayList<>());
        walk.snapshot(disk, folder + "/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint", 0, 0);
        assertThat(walk.quorum().version()).isEqualTo((short) 1);
        return walk.quorum().voters().voters();
    }

    @Test
    void everyFolderIsMarkedAndTheFirstKnowsTheFeatures() {
        var formatted = format(request(new Voters.AsConfigured(), Map.of("share.version", (short) 1), false,
                folder("a"), folder("b")));
        assertThat(formatted).containsExactly(folder("a"), folder("b"));
        var marks = Formatting.formatted(disk, List.of(folder("a"), folder("b")), 1);
        assertThat(marks).extracting(MetaProperties::clusterId).containsOnly("cluster-1");
        assertThat(marks.get(0).directory()).isNotEqualTo(marks.get(1).directory());
        assertThat(beginning(folder("a")).cluster().features())
                .containsEntry("metadata.version", (short) 29).containsEntry("share.version", (short) 1)
                .containsEntry("group.version", (short) 1);
        assertThat(base.resolve("a/__cluster_metadata-0")).as("configuration names the voters").doesNotExist();
    }

    @Test
    void aFeatureOfTheUsualOnesCanBeSetToAnotherLevel() {
        format(request(new Voters.Unnamed(), Map.of("transaction.version", (short) 1), false, folder("a")));
        assertThat(beginning(folder("a")).cluster().features()).containsEntry("transaction.version", (short) 1);
    }

    @Test
    void oneAloneVotesWithTheIdOfItsFolder() {
        format(request(new Voters.Standalone("here", 9093), Map.of(), false, folder("a")));
        var voter = voters(folder("a")).getFirst();
        assertThat(voter.voterDirectoryId()).isEqualTo(MetaProperties.read(disk, folder("a")).directory());
        assertThat(voter.endpoints()).containsExactly(new VotersRecord.Endpoint("CONTROLLER", "here", 9093));
    }

    @Test
    void theFirstControllersAreNamedAlikeEverywhere() {
        var both = List.of(new Controller(1, "one", 1, OURS), new Controller(2, "two", 2, THEIRS));
        format(request(new Voters.Initial(both), Map.of(), false, folder("a"), folder("b")));
        assertThat(voters(folder("a"))).extracting(VotersRecord.Voter::voterDirectoryId).containsExactly(OURS, THEIRS);
        assertThat(MetaProperties.read(disk, folder("a")).directory()).isEqualTo(OURS);
        assertThat(MetaProperties.read(disk, folder("b")).directory()).isNotEqualTo(OURS);
    }

    @Test
    void whatContradictsItselfIsRefusedBeforeAnythingIsWritten() {
        var strangers = new Voters.Initial(List.of(new Controller(2, "two", 2, THEIRS)));
        assertThatThrownBy(() -> format(request(strangers, Map.of(), false, folder("a"))))
                .isInstanceOf(DamagedMetadata.class).hasMessageContaining("does not name this node");
        var twice = new Voters.Initial(List.of(new Controller(1, "a", 2, OURS), new Controller(1, "b", 2, THEIRS)));
        assertThatThrownBy(() -> format(request(twice, Map.of(), false, folder("a"))))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> format(request(new Voters.AsConfigured(), Map.of("kraft.version", (short) 1), false, folder("a"))))
                .hasMessageContaining("kraft.version is 0 here");
        assertThat(Files.exists(base.resolve("a"))).isFalse();
    }

    @Test
    void aFormattedFolderIsRefusedOrLeftAsItIs() {
        format(request(new Voters.AsConfigured(), Map.of(), false, folder("a")));
        var before = MetaProperties.read(disk, folder("a"));
        assertThatThrownBy(() -> format(request(new Voters.AsConfigured(), Map.of(), false, folder("a"))))
                .hasMessageContaining("--ignore-formatted");
        assertThat(format(request(new Voters.AsConfigured(), Map.of(), true, folder("a"), folder("b"))))
                .containsExactly(folder("b"));
        assertThat(MetaProperties.read(disk, folder("a"))).isEqualTo(before);
    }

    @Test
    void aNodeOfAClusterIsToldWhatToDo() {
        assertThatThrownBy(() -> Formatting.formatted(disk, List.of(folder("a")), 1))
                .hasMessageContaining("kafka-storage.sh format");
        format(request(new Voters.AsConfigured(), Map.of(), false, folder("a")));
        assertThatThrownBy(() -> Formatting.formatted(disk, List.of(folder("a")), 2)).hasMessageContaining("node.id=1");
        Formatting.format(disk, new Formatting.Request("cluster-2", 1, List.of(folder("b")), folder("b"), "CONTROLLER",
                new Voters.AsConfigured(), (short) 30, Map.of(), false), dice, 1_000);
        assertThatThrownBy(() -> Formatting.formatted(disk, List.of(folder("a"), folder("b")), 1))
                .hasMessageContaining("cluster-2");
    }

    @Test
    void controllersAreReadAsTheOptionWritesThem() {
        assertThat(Controller.parse("3@host:9093:" + OURS)).isEqualTo(new Controller(3, "host", 9093, OURS));
        assertThat(Controller.parse("3@[::1]:9093:" + OURS)).isEqualTo(new Controller(3, "::1", 9093, OURS));
        for (var wrong : List.of("", "3", "3@host", "3@host:9093", "x@host:9093:" + OURS, "3@host:port:" + OURS)) {
            assertThatThrownBy(() -> Controller.parse(wrong)).as(wrong).isInstanceOf(DamagedMetadata.class);
        }
    }

    @Test
    void releasesHaveLevels() {
        assertThat(ReleaseVersions.levelOf("3.3-IV3")).isEqualTo((short) 7);
        assertThat(ReleaseVersions.levelOf("3.7")).isEqualTo((short) 19);
        assertThat(ReleaseVersions.levelOf("4.0.1")).isEqualTo((short) 25);
        assertThat(ReleaseVersions.levelOf("4.3")).isEqualTo((short) 30);
        assertThat(ReleaseVersions.nameOf((short) 30)).isEqualTo("4.3-IV0");
        for (var wrong : List.of("3.2", "4.4", "4", "")) {
            assertThatThrownBy(() -> ReleaseVersions.levelOf(wrong)).as(wrong).isInstanceOf(DamagedMetadata.class);
        }
    }

    @Test
    void featuresAreThoseOfTheRelease() {
        assertThat(FeatureLevels.mapping(ReleaseVersions.levelOf("4.3"))).containsExactly("metadata.version=30 (4.3-IV0)", "kraft.version=1",
                "transaction.version=2", "group.version=1", "eligible.leader.replicas.version=1", "share.version=1");
        assertThat(FeatureLevels.mapping(ReleaseVersions.levelOf("3.9"))).containsExactly("metadata.version=21 (3.9-IV0)", "kraft.version=1",
                "transaction.version=0", "group.version=0", "eligible.leader.replicas.version=0", "share.version=0");
        assertThat(FeatureLevels.mapping(ReleaseVersions.levelOf("4.0"))).contains("eligible.leader.replicas.version=0");
        assertThat(FeatureLevels.mapping(ReleaseVersions.levelOf("4.1-IV0"))).contains("eligible.leader.replicas.version=1");
        format(new Formatting.Request("cluster-1", 1, List.of(folder("old")), folder("old"), "CONTROLLER", new Voters.Unnamed(),
                ReleaseVersions.levelOf("4.0-IV1"), Map.of(), false));
        assertThat(beginning(folder("old")).cluster().features()).as("what a reader of that release knows")
                .isEqualTo(Map.of("metadata.version", (short) 23, "group.version", (short) 1));
    }

    @Test
    void featuresThatDoNotGoTogetherAreRefused() {
        assertThat(FeatureLevels.needs("transaction.version", (short) 2)).containsExactly("transaction.version=2 has no dependencies.");
        assertThat(FeatureLevels.needs("metadata.version", (short) 30)).containsExactly("metadata.version=30 (4.3-IV0) has no dependencies.");
        assertThat(FeatureLevels.needs("eligible.leader.replicas.version", (short) 1)).containsExactly(
                "eligible.leader.replicas.version=1 requires:", "    metadata.version=23 (4.0-IV1)");
        assertThatThrownBy(() -> FeatureLevels.needs("moon.version", (short) 1)).hasMessageContaining("Unknown feature: moon.version");
        assertThatThrownBy(() -> FeatureLevels.needs("group.version", (short) 9)).hasMessageContaining("Feature level 9 is not supported for feature group.version");
        assertThatThrownBy(() -> format(request(new Voters.AsConfigured(), Map.of("moon.version", (short) 1), false, folder("a"))))
                .isInstanceOf(DamagedMetadata.class).hasMessageContaining("Unknown feature");
        assertThatThrownBy(() -> format(new Formatting.Request("cluster-1", 1, List.of(folder("a")), folder("a"), "CONTROLLER", new Voters.Unnamed(),
                ReleaseVersions.levelOf("3.9"), Map.of("eligible.leader.replicas.version", (short) 1), false)))
                .hasMessageContaining("needs metadata.version=23 (4.0-IV1)");
        assertThat(Files.exists(base.resolve("a"))).isFalse();
    }
}
