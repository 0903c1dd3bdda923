/**
 * Sets what {@code retry-export} writes of a policy at the service of AWS itself, and reads it back. There is a class
 * for each service, such as {@link io.forbear.retry.aws.apply.SqsSettings}; each names a place, such as a queue, and
 * gives a {@link io.forbear.retry.aws.apply.ServiceSetting}:
 *
 * <ul>
 *   <li>{@link io.forbear.retry.aws.apply.ServiceSetting#compare()} reads what the service holds and changes nothing.
 *   <li>{@link io.forbear.retry.aws.apply.ServiceSetting#apply()} sets what differs, reads it back, and throws a {@link
 *       io.forbear.retry.aws.apply.SettingNotHeldException} that names each field that the service holds otherwise.
 * </ul>
 *
 * <p>The {@link io.forbear.retry.aws.apply.SettingReport} of both has the {@code ExportResult}: what was clamped to the
 * range of the service, what changed its meaning, what the service cannot express.
 *
 * <p>The retries of these calls are those of the client. Each class needs {@code retry-export} and the client of its
 * own service alone; both are optional dependencies.
 */
@NullMarked
package io.forbear.retry.aws.apply;

import org.jspecify.annotations.NullMarked;
