package naru.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types every command of the pages that people follow, in the order of each page, and looks at what the page says is shown. */
@Execution(ExecutionMode.CONCURRENT)
class DocumentedCommandsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"commands", "quickstart", "concepts", "coming-from-kafka", "troubleshooting", "operating/running"})
    void everyCommandOfThePageWorks(String page) throws IOException, InterruptedException {
        var commands = DocumentedCommand.of(Path.of("..", "..", "docs", page + ".md"));
        assertThat(commands).hasSizeGreaterThan(4);
        try (var reader = new PageReader(folder)) {
            for (var command : commands) {
                reader.follow(command);
            }
        }
    }

    @Test
    void whatIsShownIsComparedLoosely() {
        var shown = DocumentedCommand.pattern(java.util.List.of("wrote 2 records", "...", "TOPIC  SIZE", "one ... ok"));
        assertThat(shown.matcher("wrote 17 records\nTOPIC SIZE\none 4 kB ok\n").matches()).isTrue();
        assertThat(shown.matcher("wrote 1 records\nand\nmore\nTOPIC SIZE\none 4 kB ok\n").matches()).isTrue();
        assertThat(shown.matcher("wrote 1 records\nTOPIC SIZE\none 4 kB behind\n").matches()).isFalse();
        assertThat(shown.matcher("wrote 1 records\nTOPIC SIZE\none 4 kB ok\nand more\n").matches()).isFalse();
    }
}
