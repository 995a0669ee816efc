package naru.simulation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A bug put into the product for an exam: the methods of this name in this class do something else.
 *
 * @param owner the class, by its full name
 */
record Sabotage(String owner, String method, CodeTransform change) {

    private static final int EVERY = 0;

    /** The method does nothing but this. */
    static Sabotage body(String owner, String method, Consumer<CodeBuilder> code) {
        return new Sabotage(owner, method, new CodeTransform() {
            @Override
            public void atStart(CodeBuilder builder) {
                code.accept(builder);
            }

            @Override
            public void accept(CodeBuilder builder, CodeElement element) {
                // what was there is left out
            }
        });
    }

    /** Comparisons are made the wrong way. */
    static Sabotage branch(String owner, String method, Opcode right, Opcode wrong) {
        return new Sabotage(owner, method, (builder, element) -> {
            if (element instanceof BranchInstruction branch && branch.opcode() == right) {
                builder.branch(wrong, branch.target());
            } else {
                builder.with(element);
            }
        });
    }

    /** Instead of calling a method of this name, the code does this with what it would have called it with. */
    static Sabotage call(String owner, String method, String called, Consumer<CodeBuilder> instead) {
        return replacing(owner, method, isCall(called), EVERY, instead);
    }

    static Sabotage firstCall(String owner, String method, String called, Consumer<CodeBuilder> instead) {
        return replacing(owner, method, isCall(called), 1, instead);
    }

    private static Predicate<CodeElement> isCall(String called) {
        return element -> element instanceof InvokeInstruction call && call.name().equalsString(called);
    }

    /** Instead of reading or writing a field of this name, the code does this with what it would have needed for that. */
    static Sabotage field(String owner, String method, String named, Consumer<CodeBuilder> instead) {
        return replacing(owner, method,
                element -> element instanceof FieldInstruction field && field.name().equalsString(named), EVERY, instead);
    }

    static Sabotage firstWrite(String owner, String method, String named, Consumer<CodeBuilder> instead) {
        return replacing(owner, method, element -> element instanceof FieldInstruction field
                && field.opcode() == Opcode.PUTFIELD && field.name().equalsString(named), 1, instead);
    }

    static Sabotage firstOperator(String owner, String method, Opcode operator, Consumer<CodeBuilder> instead) {
        return replacing(owner, method,
                element -> element instanceof OperatorInstruction found && found.opcode() == operator, 1, instead);
    }

    /** @param which counts from 1; {@link #EVERY} for all */
    private static Sabotage replacing(
            String owner, String method, Predicate<CodeElement> what, int which, Consumer<CodeBuilder> instead) {
        return new Sabotage(owner, method, CodeTransform.ofStateful(() -> {
            var seen = new int[1];
            return (builder, element) -> {
                if (what.test(element) && (++seen[0] == which || which == EVERY)) {
                    instead.accept(builder);
                } else {
                    builder.with(element);
                }
            };
        }));
    }

    boolean isOf(MethodModel model) {
        return model.methodName().equalsString(method);
    }
}
