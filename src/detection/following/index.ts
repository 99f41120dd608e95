export { createFollowingEngine, type FollowingEngine, type FollowingSnapshot } from './engine.ts';
export { defaultFollowing } from './follower.ts';
