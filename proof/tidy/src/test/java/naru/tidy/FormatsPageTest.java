package naru.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is shown of the records of internal topics is what the golden files have. */
class FormatsPageTest {

    private static final Pattern BYTES = Pattern.compile("(?:[0-9a-f]{2} ?)+");

    private final Checkout checkout = Checkout.ofThisBuild();

    @Test
    void theBytesOfTheInternalTopicsAreTheGoldenFiles() {
        String golden = List.of("consumer-offsets", "transaction-state", "share-state").stream()
                .map(name -> checkout.text("core/coordination/src/test/resources/golden/" + name + ".hex"))
                .collect(Collectors.joining());
        var shown = shown(checkout.text("docs/formats/internal-topics.md"));
        assertThat(shown).hasSize(8);
        assertThat(shown).allSatisfy(line -> assertThat(golden.lines()).contains(line));
    }

    /** Each {@code key} or {@code value} on one line, however many the page gives it. */
    private static List<String> shown(String page) {
        var lines = new ArrayList<String>();
        for (var line : page.lines().toList()) {
            String bytes = line.replaceFirst("^(key  |value) ", "").strip();
            if (!BYTES.matcher(bytes).matches()) {
                continue;
            }
            if (line.startsWith("key ") || line.startsWith("value ")) {
                lines.add(line.strip());
            } else {
                lines.add(lines.removeLast() + " " + bytes);
            }
        }
        return lines;
    }
}
