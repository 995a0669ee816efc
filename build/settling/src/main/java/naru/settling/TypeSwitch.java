package naru.settling;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;

/**
 * Which case an object belongs to, {@code (object, from) -> case}: -1 for null, else the first type from that case on which it is of, else the
 * number of cases.
 */
final class TypeSwitch {

    private static final int OBJECT = 0;
    private static final int FROM = 1;

    private final List<ClassDesc> types;

    TypeSwitch(InvokeDynamicInstruction call) {
        this.types = call.bootstrapArgs().stream().map(ClassDesc.class::cast).toList();
    }

    void write(CodeBuilder code) {
        var isThere = code.newLabel();
        code.aload(OBJECT).ifnonnull(isThere).loadConstant(-1).ireturn().labelBinding(isThere);
        for (int i = 0; i < types.size(); i++) {
            var next = code.newLabel();
            code.iload(FROM).loadConstant(i).if_icmpgt(next)
                    .aload(OBJECT).instanceOf(types.get(i)).ifeq(next)
                    .loadConstant(i).ireturn()
                    .labelBinding(next);
        }
        code.loadConstant(types.size()).ireturn();
    }
}
