/**
 * Lint rules of our own, loaded by oxlint as a JavaScript plugin.
 *
 * `determinism/no-ambient-time`: a run must not depend on when it happens, so the wall clock is read in one place (the
 * clock port of core) and passed on.
 * `determinism/no-ambient-random`: the same for random numbers, which come from the seeded rng of core.
 */

const noAmbientTime = {
  meta: { type: 'problem', docs: { description: 'The wall clock is read through the clock port only.' }, schema: [] },
  create: (context) => ({
    NewExpression(node) {
      if (isGlobal(node.callee, 'Date') && node.arguments.length === 0) {
        context.report({
          node,
          message: '`new Date()` reads the wall clock: take the time from a Clock of @kestrel/core.',
        })
      }
    },
    CallExpression(node) {
      if (isGlobal(node.callee, 'Date')) {
        context.report({ node, message: '`Date()` reads the wall clock: take the time from a Clock of @kestrel/core.' })
      }
    },
    MemberExpression(node) {
      if (isGlobal(node.object, 'Date') && propertyName(node) === 'now') {
        context.report({
          node,
          message: '`Date.now` reads the wall clock: take the time from a Clock of @kestrel/core.',
        })
      }
    },
  }),
}

const noAmbientRandom = {
  meta: { type: 'problem', docs: { description: 'Random numbers come from the seeded rng only.' }, schema: [] },
  create: (context) => ({
    MemberExpression(node) {
      if (isGlobal(node.object, 'Math') && propertyName(node) === 'random') {
        context.report({ node, message: '`Math.random` has no seed: take an Rng of @kestrel/core.' })
      }
    },
  }),
}

function isGlobal(node, name) {
  if (node.type === 'Identifier') return node.name === name
  return node.type === 'MemberExpression' && node.object.name === 'globalThis' && propertyName(node) === name
}

function propertyName(node) {
  return node.computed ? node.property.value : node.property.name
}

export default {
  meta: { name: 'determinism' },
  rules: { 'no-ambient-time': noAmbientTime, 'no-ambient-random': noAmbientRandom },
}
