/**
 * A policy in the settings of others, and their settings as a policy.
 *
 * <p>Read {@link io.forbear.retry.export.ExportedPolicy} first: what is exported.
 * {@link io.forbear.retry.export.Exports} writes it for gRPC, proxies and libraries,
 * {@link io.forbear.retry.export.AwsExports} for services of AWS. Both return an
 * {@link io.forbear.retry.export.ExportResult}, which says what was brought into a legal range, what changed its
 * meaning and what was lost. {@link io.forbear.retry.export.Imports} goes the other way.
 */
@NullMarked
package io.forbear.retry.export;

import org.jspecify.annotations.NullMarked;
