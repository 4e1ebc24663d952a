import { createHash } from 'node:crypto'

/**
 * The page's only script: the theme switch and a read-out under the pointer. The report is complete without it. The
 * read-out walks the drawn line itself, so no data travels twice.
 */
export const PAGE_SCRIPT = `(()=>{
const root=document.documentElement,key='kestrel-theme';
const keep=(value)=>{try{localStorage.setItem(key,value)}catch{}};
try{const saved=localStorage.getItem(key);if(saved==='light'||saved==='dark')root.dataset.theme=saved}catch{}
document.getElementById('theme')?.addEventListener('click',()=>{
const dark=root.dataset.theme?root.dataset.theme==='dark':matchMedia('(prefers-color-scheme: dark)').matches;
root.dataset.theme=dark?'light':'dark';keep(root.dataset.theme)});
const show={percent:(v)=>(v*100).toFixed(2)+'%',number:(v)=>v.toFixed(2),money:(v)=>v.toLocaleString('en-US',{maximumFractionDigits:v<1e5?2:0})};
for(const plot of document.querySelectorAll('.plot[data-read]')){
const box=plot.querySelector('.box'),line=plot.querySelector('.line.own,.line.loss');
if(!line)continue;
const [x0,x1]=plot.dataset.x.split(',').map(Number),[y0,y1,log]=plot.dataset.y.split(',').map(Number);
let points;
const load=()=>{points=[];let x=0,y=0;for(const [,kind,a,b] of line.getAttribute('d').matchAll(/([Ml])(-?[\\d.]+) (-?[\\d.]+)/g)){x=kind==='M'?+a:x+ +a;y=kind==='M'?+b:y+ +b;points.push([x,y])}};
const mark=document.createElement('div');mark.className='read';const text=document.createElement('span');mark.append(text);
box.addEventListener('pointermove',(event)=>{
if(!points)load();
const area=box.getBoundingClientRect(),at=(event.clientX-area.left)/area.width*1000;
let near=points[0];for(const point of points)if(Math.abs(point[0]-at)<Math.abs(near[0]-at))near=point;
const share=1-near[1]/1000,value=log?Math.exp(Math.log(y0)+share*(Math.log(y1)-Math.log(y0))):y0+share*(y1-y0);
text.textContent=new Date(x0+near[0]/1000*(x1-x0)).toISOString().slice(0,10)+'  '+show[plot.dataset.read](value);
mark.style.left=near[0]/10+'%';mark.classList.toggle('flip',near[0]>700);box.append(mark)});
box.addEventListener('pointerleave',()=>mark.remove())}
})()`

/** What the page may load: nothing from anywhere, and no script but this one. */
export const CONTENT_POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(PAGE_SCRIPT).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'`
