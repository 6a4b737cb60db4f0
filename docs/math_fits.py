from mpmath import *
import numpy as np
mp.prec=200
# (a+2)*erfcx(a), u=(a-2)/(a+2), a in [0,20]
def g(u):
    a=2*(1+u)/(1-u); return (a+2)*exp(a*a)*erfc(a)
lo,hi=mpf(-1),mpf(18)/22
for n in (12,14,16):
    # chebyshev interpolation on [lo,hi] in monomials of u
    xs=[(lo+hi)/2+(hi-lo)/2*cos(pi*(k+mpf(1)/2)/(n+1)) for k in range(n+1)]
    A=matrix(n+1,n+1); b=matrix(n+1,1)
    for i,x in enumerate(xs):
        b[i]=g(x)
        for j in range(n+1): A[i,j]=x**j
    c=lu_solve(A,b); c=[mpf(float(v)) for v in c]
    err=max(abs(polyval(c[::-1],lo+(hi-lo)*k/2000)/g(lo+(hi-lo)*k/mpf(2000))-1) for k in range(2001))
    print(n,nstr(err,3))
    if n==14: print([repr(float(v)) for v in c])
# tanh rational: (tanh(a)/a-1)/s = (n0+n1 s)/(1+d1 s+d2 s^2), a in [0,.8]
def f(s):
    if s==0: return mpf(-1)/3
    a=sqrt(s); return (tanh(a)/a-1)/s
m=40
for top in (0.62,0.64,0.7):
    S=[mpf(top)**2*(1-cos(pi*(k+mpf(1)/2)/m))/2 for k in range(m)]
    w=[mpf(1)]*m
    for it in range(30):
        A=matrix(m,4); b=matrix(m,1)
        for i,s in enumerate(S):
            y=f(s); ww=w[i]
            A[i,0]=ww; A[i,1]=ww*s; A[i,2]=-ww*y*s; A[i,3]=-ww*y*s*s; b[i]=ww*y
        c=lu_solve(A,b)
        # relative err in tanh
        e=[abs(((c[0]+c[1]*s)/(1+c[2]*s+c[3]*s*s)-f(s))*s/(1+s*f(s))) for s in S]
        w=[wi*(ei/max(e)+mpf('0.05'))**mpf('0.3')/1 for wi,ei in zip(w,e)]
    print(top,[float(v) for v in c], nstr(log(max(e),2),5))
