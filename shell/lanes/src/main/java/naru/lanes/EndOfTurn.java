package naru.lanes;

/** Something of the shell that takes its turn last, after the program has written and answered: the network's flush. */
@FunctionalInterface
public interface EndOfTurn {

    void flush();
}
