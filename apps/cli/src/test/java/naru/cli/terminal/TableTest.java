package naru.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private static Table table() {
        return new Table().column("name", "NAME", Unit.NAME).column("bytes", "SIZE", Unit.BYTES)
                .column("list", "REPLICAS", Unit.LIST).hidden("id");
    }

    @Test
    void textsStandLeftAndNumbersRight() {
        var table = table().row("orders", 1_234L, List.of(1, 2), "x").row("a", 5L, List.of(), "y");
        assertThat(table.lines(80, false)).containsExactly("NAME      SIZE  REPLICAS", "orders  1.2 kB  1, 2", "a          5 B");
    }

    @Test
    void theWidestTextGivesWayWhereItIsNarrow() {
        var table = table().row("a-very-long-name-of-a-topic-that-goes-on", 5L, List.of(1), "x");
        assertThat(table.lines(30, false)).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(30));
        assertThat(table.lines(30, false).getLast()).isEqualTo("a-very-long-n\u2026   5 B  1");
        assertThat(table.lines(0, false).getLast()).startsWith("a-very-long-name-of-a-topic-that-goes-on ");
    }

    @Test
    void coloursAreAroundTheTextAndNotThePadding() {
        assertThat(table().row("a", 5L, List.of(), "x").lines(80, true).getLast()).isEqualTo("\033[36ma\033[0m      5 B");
    }

    @Test
    void charactersOfTwoColumnsCountAsTwo() {
        assertThat(Table.length("\u65e5\u672c")).isEqualTo(4);
        assertThat(Table.length("e\u0301")).isEqualTo(1);
        assertThat(Table.cut("\u65e5\u672c\u8a9e", 5)).isEqualTo("\u65e5\u672c\u2026");
    }

    @Test
    void whatOthersWroteCannotMoveTheCursor() {
        assertThat(Unit.TEXT.shown("a\033[2Jb\nc")).isEqualTo("a\uFFFD[2Jb\\nc");
        assertThat(Unit.NAME.shown(null)).isEqualTo("-");
    }

    @Test
    void scriptsSeeRawValuesAndHiddenOnes() {
        var table = table().row("a", 1_234L, List.of(1, 2), "x");
        assertThat(Json.document(table.asObjects())).isEqualTo("[\n  {\"name\":\"a\",\"bytes\":1234,\"list\":[1,2],\"id\":\"x\"}\n]");
    }
}
