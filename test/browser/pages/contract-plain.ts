import { present } from './contract.ts';

present({
  mount(auth, onView) {
    onView(auth.getView());
    return auth.subscribe(onView);
  },
});
