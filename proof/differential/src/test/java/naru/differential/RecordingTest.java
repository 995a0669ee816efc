package naru.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecordingTest {

    private static Recording recording(String value, int... versions) {
        var transcripts = new TreeMap<Integer, Transcript>();
        for (int version : versions) {
            var fields = new TreeMap<>(Map.of("a[x\ny].b", value, "c", "back \\n slash = sign"));
            transcripts.put(version, Transcript.of(List.of(new Transcript.Step("a step", "FETCH v4", fields))));
        }
        return new Recording(transcripts);
    }

    @Test
    void aRecordingIsReadAsItWasWritten() {
        var written = recording("1\n2", 0, 1, 3);
        assertThat(Recording.parse(written.text())).isEqualTo(written);
    }

    @Test
    void oneFieldThatDiffersIsOneLineForAllItsVersions() {
        var differences = recording("1", 0, 1, 2, 3, 5).comparedWith("s", recording("2", 0, 1, 2, 5));
        assertThat(Report.lines(differences)).singleElement().asString()
                .isEqualTo("s | a step | FETCH v4 v0-2,5 | a[x\ny].b | kafka: 1 | naru: 2");
    }

    @Test
    void aListedDifferenceIsCoveredAndOneThatIsGoneIsTold() {
        var accepted = Accepted.parse("# because\ns | a * | a[*].b | 1 | *\ns | gone | x | 1 | 2\n");
        recording("1", 0).comparedWith("s", recording("2", 0)).forEach(each -> assertThat(accepted.covers(each)).isTrue());
        assertThat(accepted.unused()).containsExactly("s | gone | x | 1 | 2");
    }

    @Test
    void aDifferenceWithoutAReasonIsNotTaken() {
        assertThatThrownBy(() -> Accepted.parse("# because\n\ns | a | b | c | d\n")).hasMessageContaining("under a reason");
    }
}
