import { render } from 'solid-js/web';
import { App } from './app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/print.css';

const root = document.getElementById('app');
if (root !== null) render(() => <App />, root);
