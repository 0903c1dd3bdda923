package io.forbear.retry.aws.apply;

import io.forbear.retry.export.ExportResult;
import java.util.List;

/**
 * What a service holds at one moment, beside what a policy wants there.
 *
 * @param export the policy in the fields of the service
 * @param wanted the fields of the export
 * @param held the same fields as the service has them
 * @param whole whether a field that the service has and the export has not is a difference
 * @param write sends the export, and with it all that the service held beside it
 */
record Held(ExportResult export, Fields wanted, Fields held, boolean whole, Runnable write) {

    /** Of one service: reads what it holds. */
    @FunctionalInterface
    interface Reader {
        Held read();
    }

    /** The fields of an export that says less than all: a field of the service that it does not have stays as it is. */
    static Held some(ExportResult export, String name, Object held, Runnable write) {
        return new Held(export, Fields.of(name, export.block()), Fields.of(name, held), false, write);
    }

    /** The fields of an export that says all. */
    static Held all(ExportResult export, String name, Object held, Runnable write) {
        return new Held(export, Fields.of(name, export.block()), Fields.of(name, held), true, write);
    }

    List<SettingDifference> differences() {
        return differencesTo(wanted);
    }

    List<SettingDifference> differencesTo(Fields sent) {
        return whole ? sent.differencesFrom(held) : sent.missingIn(held);
    }
}
