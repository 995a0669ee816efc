package naru.clusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./naru} says on a machine that lacks something, in a checkout that was never built. */
class LauncherTest {

    private static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
    private static final long PATIENCE_S = 60;
    /** What the launcher may count on; the test's path has nothing else. */
    private static final List<String> ALWAYS = List.of(
            "bash", "cat", "cksum", "date", "dirname", "env", "find", "flock", "grep", "mkdir", "mktemp", "mv", "readlink", "rm",
            "tee", "touch", "tr");

    private record Said(int code, String errors) {}

    @TempDir
    Path home;
    private Path tools;

    @BeforeEach
    void aFreshCheckoutAndAPathWithoutMaven() throws IOException {
        Files.copy(CHECKOUT.resolve("naru"), home.resolve("naru"));
        home.resolve("naru").toFile().setExecutable(true);
        Files.createDirectories(home.resolve("build"));
        Files.copy(CHECKOUT.resolve("build/jdk.sh"), home.resolve("build/jdk.sh"));
        Files.createFile(home.resolve("pom.xml"));
        tools = Files.createDirectories(home.resolve("tools"));
        for (var name : ALWAYS) {
            for (var folder : List.of("/usr/bin", "/bin")) {
                var tool = Path.of(folder, name);
                if (Files.exists(tool) && Files.notExists(tools.resolve(name))) {
                    Files.createSymbolicLink(tools.resolve(name), tool);
                }
            }
        }
    }

    @Test
    void withoutMavenOneLineSaysWhatToInstall() throws Exception {
        var said = start();
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.errors().lines()).containsExactly(
                "naru: Maven builds naru on its first use: install it (Debian: apt-get install maven)");
    }

    @Test
    void aBuildThatFailsSaysWhyAndWhereAllOfItIs() throws Exception {
        Files.writeString(tools.resolve("mvn"), "#!/bin/bash\necho '[ERROR] no such artifact'\nexit 1\n");
        tools.resolve("mvn").toFile().setExecutable(true);
        var said = start();
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.errors()).contains("[ERROR] no such artifact", "the build failed", "naru.log");
        assertThat(home.resolve("apps/server/target/naru.log")).hasContent("[ERROR] no such artifact");
    }

    private Said start() throws IOException, InterruptedException {
        var builder = new ProcessBuilder(home.resolve("naru").toString(), "start").redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        process.getOutputStream().close();
        var errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), errors);
    }
}
